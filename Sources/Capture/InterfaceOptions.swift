import Wire

/// The options of an Interface Description Block that matter here: draft-ietf-opsawg-pcapng sections 3.5 and 4.2.
struct InterfaceOptions {
  private(set) var name: String?
  private(set) var resolution: UInt8 = 6
  private(set) var timeOffset: Int64 = 0

  private static let nameByteLimit = 255

  /// Code 2, length 2, value, padding to 4 bytes; again and again until the end or `opt_endofopt`.
  init(_ bytes: RawSpan, _ order: ByteOrder) throws(InputFlaw) {
    var rest = bytes
    while rest.byteCount >= 4 {
      let code = rest.integer(at: 0, in: order, as: UInt16.self)
      let length = Int(rest.integer(at: 2, in: order, as: UInt16.self))
      if code == 0 { return }
      guard length <= rest.byteCount - 4 else { throw InputFlaw("an option runs past the end of its block") }
      read(code, rest.extracting(4..<4 + length), order)
      rest = rest.extracting(min(rest.byteCount, 4 + (length + 3) / 4 * 4)...)
    }
  }

  private mutating func read(_ code: UInt16, _ value: RawSpan, _ order: ByteOrder) {
    switch code {
    // if_name
    case 2: name = Self.text(value)
    // if_tsresol
    case 9 where value.byteCount == 1: resolution = value.bigEndian(at: 0)
    // if_tsoffset
    case 14 where value.byteCount == 8:
      timeOffset = Int64(bitPattern: value.integer(at: 0, in: order, as: UInt64.self))
    default: break
    }
  }

  /// Some writers end the name with a NUL.
  private static func text(_ value: RawSpan) -> String {
    var bytes: [UInt8] = []
    for offset in 0..<min(value.byteCount, nameByteLimit) {
      let byte = value.bigEndian(at: offset, as: UInt8.self)
      if byte == 0 { break }
      bytes.append(byte)
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
