import Wire

/// Looks at how a stream begins: compressed without a magic number that could be looked for anywhere, or written under a
/// published key.
struct StreamOpening {
  /// Bytes that must be there to tell, unless the stream is shorter.
  static let length = 2 * ContentProbe.length

  private unowned let workshop: UnwrapWorkshop
  private var head: [UInt8] = []
  private var isDecided = false
  /// Content may be compressed in one of several ways.
  private var compressed: [CompressedContent] = []
  /// Bytes in front of the content still to come, and their count.
  private var skipped = 0
  private var start: UInt64 = 0
  private var deciphered: WrappedStream?
  private var key: [UInt8] = []
  private var keyPlace = 0

  init(workshop: UnwrapWorkshop) { self.workshop = workshop }

  /// Whether it has nothing to do any more.
  var isOver: Bool { isDecided && compressed.isEmpty && deciphered == nil }

  /// The content begins behind the next `count` bytes.
  mutating func skip(_ count: Int) { (skipped, start) = (count, UInt64(clamping: count)) }

  mutating func scan(
    _ piece: RawSpan, base: UInt64, _ scene: UnwrapScene, _ matcher: inout SecretMatcher, _ found: inout [Sighting]
  ) {
    var index = min(skipped, piece.byteCount)
    skipped -= index
    if !isDecided {
      while index < piece.byteCount, head.count < Self.length {
        head.append(piece.octets[index])
        index += 1
      }
      guard head.count == Self.length else { return }
      decide(scene, &matcher, &found)
    }
    feed(piece.extracting(index...), base: base &+ UInt64(index), &matcher, &found)
  }

  /// Feeds what the head turned out to begin.
  private mutating func decide(_ scene: UnwrapScene, _ matcher: inout SecretMatcher, _ found: inout [Sighting]) {
    isDecided = true
    if let index = PublishedKey.index(under: head.span) {
      key = PublishedKey.all[index].bytes
      deciphered = workshop.open(
        .exclusiveOr, depth: scene.depth, account: scene.account, places: PlaceMap(from: start))
    } else {
      compressed = kinds(scene).compactMap { CompressedContent($0, at: start, workshop: workshop, scene) }
    }
    guard deciphered != nil || !compressed.isEmpty else { return }
    let opening = head
    feed(opening.rawSpan, base: start, &matcher, &found)
  }

  /// Compression that only the beginning of a stream can be. Raw deflate and brotli are tried on what is no text.
  private func kinds(_ scene: UnwrapScene) -> [CompressedKind] {
    if let kind = CompressedKind(opening: head.span) { return kind == .zlib ? [.zlib] : [] }
    let isTried = scene.depth > 0 || scene.account.kind == .body
    return isTried && !ContentProbe.isText(head.span) ? [.rawDeflate, .brotli] : []
  }

  private mutating func feed(
    _ piece: RawSpan, base: UInt64, _ matcher: inout SecretMatcher, _ found: inout [Sighting]
  ) {
    for index in compressed.indices.reversed() where compressed[index].read(piece, from: 0, &matcher, &found) != nil {
      compressed[index].finish(&matcher, &found)
      compressed.remove(at: index)
    }
    guard let deciphered else { return }
    let octets = piece.octets
    for index in octets.indices {
      deciphered.append(octets[index] ^ key[keyPlace], end: base &+ UInt64(index + 1))
      keyPlace = keyPlace + 1 == key.count ? 0 : keyPlace + 1
      if deciphered.isFull { deciphered.flush(&matcher, &found) }
    }
    deciphered.flush(&matcher, &found)
  }

  mutating func finish(_ scene: UnwrapScene, _ matcher: inout SecretMatcher, _ found: inout [Sighting]) {
    if !isDecided, !head.isEmpty { decide(scene, &matcher, &found) }
    for index in compressed.indices { compressed[index].finish(&matcher, &found) }
    compressed.removeAll()
    deciphered?.finish(&matcher, &found)
    (deciphered, isDecided, keyPlace, skipped, start) = (nil, false, 0, 0, 0)
    head.erase(0..<head.count)
    head.removeAll(keepingCapacity: true)
  }
}
