import Decompression
import Wire

/// Undoes one compression that was recognised by its first bytes.
///
/// What it is fed starts with those bytes. Content that turns out not to be compressed ends it.
struct CompressedContent {
  private unowned let workshop: UnwrapWorkshop
  private let kind: CompressedKind
  private let start: UInt64
  private let scene: UnwrapScene
  private var content: WrappedStream?
  private var decoder: DecoderBox?
  private var header: ZipMemberHeader?
  /// Bytes of a stored member still to come.
  private var stored = 0
  /// Output that nothing announced, until there is enough of it to be believed.
  private var unproven: [UInt8]?
  /// Sightings wait until it is known where the content ends, which is part of their place.
  private var waiting: [Sighting] = []
  /// Further sightings, and values that nothing names, are given a place that ends where the reading is.
  private static let mostWaiting = 64
  /// The length of the content so far, compressed; exact once it has ended.
  private var length: UInt64 = 0

  /// - Parameter start: the place of its first byte.
  init?(_ kind: CompressedKind, at start: UInt64, workshop: UnwrapWorkshop, _ scene: UnwrapScene) {
    (self.kind, self.start, self.workshop, self.scene) = (kind, start, workshop, scene)
    unproven = kind == .rawDeflate || kind == .brotli ? [] : nil
    if kind == .zip {
      header = ZipMemberHeader()
    } else {
      guard let decoder = workshop.decoder(kind.coding, scene.account) else { return nil }
      self.decoder = decoder
    }
    guard unproven == nil else { return }
    guard open() else {
      if let decoder { workshop.release(decoder: decoder, scene.account) }
      return nil
    }
  }

  private mutating func open() -> Bool {
    content = workshop.open(
      kind.layer, depth: scene.depth, account: scene.account, places: .none)
    return content != nil
  }

  /// - Returns: where the content ended; `nil` while it goes on.
  mutating func read(
    _ piece: RawSpan, from first: Int, _ matcher: inout SecretMatcher, _ found: inout [Sighting]
  ) -> Int? {
    var inside: [Sighting] = []
    let end = advance(piece, from: first, &matcher, &inside)
    length &+= UInt64((end ?? piece.byteCount) - first)
    keep(inside, &found)
    return end
  }

  private mutating func keep(_ inside: [Sighting], _ found: inout [Sighting]) {
    for sighting in inside {
      let mayWait = waiting.count < Self.mostWaiting && sighting.rank != .unnamed
      if mayWait { waiting.append(sighting) } else { found.append(placed(sighting)) }
    }
  }

  private func placed(_ sighting: Sighting) -> Sighting {
    Sighting(credential: sighting.credential, range: start..<start &+ length, context: sighting.context)
  }

  private mutating func advance(
    _ piece: RawSpan, from first: Int, _ matcher: inout SecretMatcher, _ found: inout [Sighting]
  ) -> Int? {
    var index = first
    while header != nil, index < piece.byteCount {
      guard readHeader(piece.octets[index]) else { return index }
      index += 1
    }
    guard header == nil else { return nil }
    if decoder == nil { return readStored(piece, from: index, &matcher, &found) }
    return decode(piece, from: index, &matcher, &found)
  }

  /// - Returns: whether the bytes are still those of a member's header.
  private mutating func readHeader(_ byte: UInt8) -> Bool {
    guard header?.take(byte) == true else { return false }
    guard let header, header.isComplete else { return true }
    switch header.method {
    case ZipMemberHeader.storedMethod where header.byteCount > 0: stored = header.byteCount
    case ZipMemberHeader.deflateMethod:
      guard let decoder = workshop.decoder(nil, scene.account) else { return false }
      self.decoder = decoder
    default: return false
    }
    self.header = nil
    return true
  }

  private mutating func readStored(
    _ piece: RawSpan, from first: Int, _ matcher: inout SecretMatcher, _ found: inout [Sighting]
  ) -> Int? {
    let count = min(stored, piece.byteCount - first)
    content?.scan(piece.extracting(first..<first + count), &matcher, &found)
    stored -= count
    return stored == 0 ? first + count : nil
  }

  private mutating func decode(
    _ piece: RawSpan, from first: Int, _ matcher: inout SecretMatcher, _ found: inout [Sighting]
  ) -> Int? {
    guard let decoder else { return first }
    let window = workshop.window(depth: scene.depth)
    var output: [UInt8] = []
    swap(&output, &window.bytes)
    defer { swap(&output, &window.bytes) }
    var index = first
    while true {
      let step: (consumed: Int, produced: Int)
      do throws(DecompressionError) {
        step = try decoder.decompressor.step(piece.extracting(index...), onto: &output, from: 0)
      } catch {
        return index
      }
      index += step.consumed
      if step.produced > 0 {
        guard deliver(output.rawSpan.extracting(..<step.produced), &matcher, &found) else { return index }
      }
      // A further member is recognised like the first.
      if decoder.decompressor.isFinished { return index }
      guard step.consumed > 0 || step.produced > 0 else { return nil }
    }
  }

  /// - Returns: whether it is worth going on.
  private mutating func deliver(
    _ output: RawSpan, _ matcher: inout SecretMatcher, _ found: inout [Sighting]
  ) -> Bool {
    guard var opening = unproven else {
      content?.scan(output, &matcher, &found)
      return !scene.account.isSpent
    }
    opening.append(output)
    unproven = opening
    guard opening.count >= ContentProbe.length else { return true }
    guard ContentProbe.isTelling(opening.span), open() else { return false }
    unproven = nil
    content?.scan(opening.rawSpan, &matcher, &found)
    return true
  }

  mutating func finish(_ matcher: inout SecretMatcher, _ found: inout [Sighting]) {
    if let decoder { workshop.release(decoder: decoder, scene.account) }
    decoder = nil
    var inside: [Sighting] = []
    content?.finish(&matcher, &inside)
    content = nil
    keep(inside, &found)
    for sighting in waiting { found.append(placed(sighting)) }
    waiting.removeAll()
  }
}

/// The local header in front of a member of a zip archive, as its bytes come in: APPNOTE.TXT section 4.3.7.
struct ZipMemberHeader {
  static let storedMethod: UInt16 = 0
  static let deflateMethod: UInt16 = 8
  private static let fixedByteCount = 30
  private static let encryptedFlag: UInt16 = 1

  private var fixed: [UInt8] = []
  /// Bytes of name and extra field still to come.
  private var rest = 0
  private(set) var isComplete = false
  /// Of the content as it is stored; 0 where it is written behind it.
  private(set) var byteCount = 0
  private(set) var method: UInt16 = 0

  /// - Returns: whether it may still be such a header.
  mutating func take(_ byte: UInt8) -> Bool {
    guard fixed.count >= Self.fixedByteCount else {
      fixed.append(byte)
      if fixed.count <= CompressedKind.zipMagic.count, byte != CompressedKind.zipMagic[fixed.count - 1] { return false }
      guard fixed.count == Self.fixedByteCount else { return true }
      method = integer(at: 8)
      byteCount = Int(integer(at: 18)) | Int(integer(at: 20)) << 16
      rest = Int(integer(at: 26)) + Int(integer(at: 28))
      isComplete = rest == 0
      return integer(at: 6) & Self.encryptedFlag == 0
    }
    rest -= 1
    isComplete = rest <= 0
    return true
  }

  /// Little-endian.
  private func integer(at offset: Int) -> UInt16 { UInt16(fixed[offset]) | UInt16(fixed[offset + 1]) << 8 }
}
