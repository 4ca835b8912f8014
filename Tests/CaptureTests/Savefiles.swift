/// Savefiles written by hand, so that every field can be wrong.

enum Order: CaseIterable, Sendable {
  case big, little
}

/// Bytes being put together in one byte order.
struct Writer {
  let order: Order
  var bytes: [UInt8] = []

  mutating func put<T: FixedWidthInteger>(_ value: T) {
    let big = (0..<T.bitWidth / 8).reversed().map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    bytes += order == .big ? big : big.reversed()
  }

  mutating func put(_ more: [UInt8]) { bytes += more }
  mutating func pad() { while bytes.count % 4 != 0 { bytes.append(0) } }
}

/// A classic pcap file.
struct PcapFile {
  private var writer: Writer
  var bytes: [UInt8] { writer.bytes }

  init(
    _ order: Order = .little, magic: UInt32 = 0xA1B2_C3D4, version: (UInt16, UInt16) = (2, 4), linkType: UInt32 = 1,
    snapshotByteCount: UInt32 = 262_144
  ) {
    writer = Writer(order: order)
    writer.put(magic)
    writer.put(version.0)
    writer.put(version.1)
    writer.put(UInt64(0))
    writer.put(snapshotByteCount)
    writer.put(linkType)
  }

  mutating func append(
    _ frame: [UInt8], seconds: UInt32 = 0, fraction: UInt32 = 0, captured: UInt32? = nil, onWire: UInt32? = nil
  ) {
    writer.put(seconds)
    writer.put(fraction)
    writer.put(captured ?? UInt32(frame.count))
    writer.put(onWire ?? UInt32(frame.count))
    writer.put(frame)
  }
}

/// A pcapng file; blocks after `section` are written in its byte order.
struct PcapngFile {
  private var writer: Writer
  private var finished: [UInt8] = []
  var bytes: [UInt8] { finished + writer.bytes }

  /// Begins with a section of `order`, in which nothing is described yet.
  init(_ order: Order = .little) {
    writer = Writer(order: order)
    section(order)
  }

  mutating func section(_ order: Order, major: UInt16 = 1, magic: UInt32 = 0x1A2B_3C4D) {
    finished = bytes
    writer = Writer(order: order)
    block(0x0A0D_0D0A) { body in
      body.put(magic)
      body.put(major)
      body.put(UInt16(0))
      body.put(UInt64.max)
    }
  }

  mutating func interface(linkType: UInt16 = 1, snapshotByteCount: UInt32 = 0, options: [(UInt16, [UInt8])] = []) {
    block(1) { body in
      body.put(linkType)
      body.put(UInt16(0))
      body.put(snapshotByteCount)
      Self.put(options, to: &body)
    }
  }

  mutating func enhanced(
    _ frame: [UInt8], interface: UInt32 = 0, time: UInt64 = 0, captured: UInt32? = nil, onWire: UInt32? = nil,
    options: [(UInt16, [UInt8])] = []
  ) {
    block(6) { body in
      body.put(interface)
      body.put(UInt32(time >> 32))
      body.put(UInt32(truncatingIfNeeded: time))
      body.put(captured ?? UInt32(frame.count))
      body.put(onWire ?? UInt32(frame.count))
      body.put(frame)
      body.pad()
      Self.put(options, to: &body)
    }
  }

  /// Of the appendix "Packet Block (obsolete)".
  mutating func obsolete(_ frame: [UInt8], interface: UInt16 = 0, time: UInt64 = 0) {
    block(2) { body in
      body.put(interface)
      body.put(UInt16(7))
      body.put(UInt32(time >> 32))
      body.put(UInt32(truncatingIfNeeded: time))
      body.put(UInt32(frame.count))
      body.put(UInt32(frame.count))
      body.put(frame)
      body.pad()
    }
  }

  mutating func simple(_ frame: [UInt8], onWire: UInt32? = nil) {
    block(3) { body in
      body.put(onWire ?? UInt32(frame.count))
      body.put(frame)
      body.pad()
    }
  }

  mutating func secrets(_ text: [UInt8], type: UInt32 = 0x544C_534B, claimed: UInt32? = nil) {
    block(10) { body in
      body.put(type)
      body.put(claimed ?? UInt32(text.count))
      body.put(text)
      body.pad()
    }
  }

  mutating func block(_ type: UInt32, total: UInt32? = nil, closing: UInt32? = nil, _ fill: (inout Writer) -> Void) {
    var body = Writer(order: writer.order)
    fill(&body)
    let length = UInt32(body.bytes.count + 12)
    writer.put(type)
    writer.put(total ?? length)
    writer.put(body.bytes)
    writer.put(closing ?? total ?? length)
  }

  /// An option with a 64-bit value in the order of the section.
  func option64(_ code: UInt16, _ value: Int64) -> (UInt16, [UInt8]) {
    var field = Writer(order: writer.order)
    field.put(UInt64(bitPattern: value))
    return (code, field.bytes)
  }

  private static func put(_ options: [(UInt16, [UInt8])], to body: inout Writer) {
    guard !options.isEmpty else { return }
    for (code, value) in options {
      body.put(code)
      body.put(UInt16(value.count))
      body.put(value)
      body.pad()
    }
    body.put(UInt32(0))
  }
}
