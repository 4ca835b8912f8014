import Capture
import Wire

/// A frame as a copy.
struct Captured: Equatable {
  var timestamp: Int64 = 0
  var wireByteCount: Int
  var linkType = LinkType.ethernet
  var interface = 0
  var bytes: [UInt8]

  init(
    _ bytes: [UInt8], timestamp: Int64 = 0, wireByteCount: Int? = nil, linkType: LinkType = .ethernet,
    interface: Int = 0
  ) {
    (self.bytes, self.timestamp, self.linkType, self.interface) = (bytes, timestamp, linkType, interface)
    self.wireByteCount = wireByteCount ?? bytes.count
  }

  init(_ frame: borrowing Frame) {
    let octets = frame.bytes.octets
    self.init(
      octets.indices.map { octets[$0] }, timestamp: frame.timestamp, wireByteCount: frame.wireByteCount,
      linkType: frame.linkType, interface: frame.interface)
  }
}

/// All that one savefile came to.
struct Contents: Equatable {
  struct Secret: Equatable {
    let type: SecretsType
    let bytes: [UInt8]
    /// How many frames came before.
    let position: Int
  }

  var frames: [Captured] = []
  var secrets: [Secret] = []
  var interfaces: [CapturedInterface] = []
  var error: CaptureError?

  init(_ bytes: [UInt8], name: String = "test.pcap") {
    do throws(CaptureError) {
      var reader = try SavefileReader(bytes: bytes, name: name)
      defer { interfaces = reader.interfaces }
      try read(&reader)
    } catch {
      self.error = error
    }
  }

  init(path: String) {
    do throws(CaptureError) {
      var reader = try SavefileReader(path: path)
      defer { interfaces = reader.interfaces }
      try read(&reader)
    } catch {
      self.error = error
    }
  }

  private mutating func read(_ reader: inout SavefileReader) throws(CaptureError) {
    var (frames, secrets): ([Captured], [Secret]) = ([], [])
    defer { (self.frames, self.secrets) = (frames, secrets) }
    // Both closures write; the count of frames is what the first needs of the second.
    var count = 0
    try reader.forEachFrame(
      secrets: { type, bytes in
        let octets = bytes.octets
        secrets.append(Secret(type: type, bytes: octets.indices.map { octets[$0] }, position: count))
      },
      { frame in
        frames.append(Captured(frame))
        count += 1
        return true
      })
  }

  /// The offset and packet number of `damaged`, if that is the error.
  var damage: Damage? {
    guard case .damaged(_, let offset, let packet, _) = error else { return nil }
    return Damage(offset: offset, afterPacket: packet)
  }
}

struct Damage: Equatable {
  let offset: UInt64
  let afterPacket: UInt64
}
