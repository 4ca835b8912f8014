package import Wire

/// Builds DNS messages, names uncompressed unless said otherwise.
package struct DNSBuilder {
  package var id: UInt16 = 0x1234
  package var flags: UInt16 = 0x0100
  private var sections: [[[UInt8]]] = [[], [], [], []]

  package init(id: UInt16 = 0x1234, flags: UInt16 = 0x0100) { (self.id, self.flags) = (id, flags) }

  package static func query(_ name: String, _ type: DNSRecordType = .a) -> DNSBuilder {
    DNSBuilder().asking(name, type)
  }

  package static func response(to name: String, _ type: DNSRecordType = .a) -> DNSBuilder {
    DNSBuilder(flags: 0x8180).asking(name, type)
  }

  package func asking(_ name: String, _ type: DNSRecordType = .a, recordClass: UInt16 = 1) -> DNSBuilder {
    adding(Self.name(name) + Self.integer(type.rawValue) + Self.integer(recordClass), to: 0)
  }

  package func answering(
    _ name: String, _ type: DNSRecordType, _ data: [UInt8], timeToLive: UInt32 = 60, recordClass: UInt16 = 1,
    section: Int = 1
  ) -> DNSBuilder {
    adding(
      Self.name(name) + Self.integer(type.rawValue) + Self.integer(recordClass) + Self.integer(timeToLive)
        + Self.integer(UInt16(data.count)) + data, to: section)
  }

  /// An address record.
  package func answering(_ name: String, _ address: String, timeToLive: UInt32 = 60) -> DNSBuilder {
    let octets = IPAddress(address)?.octets ?? []
    return answering(name, octets.count == 4 ? .a : .aaaa, octets, timeToLive: timeToLive)
  }

  package func answering(_ name: String, alias: String, timeToLive: UInt32 = 60) -> DNSBuilder {
    answering(name, .cname, Self.name(alias), timeToLive: timeToLive)
  }

  /// Adds an entry as it is: 0 questions, 1 answers, 2 authorities, 3 additionals.
  package func adding(_ entry: [UInt8], to section: Int) -> DNSBuilder {
    var longer = self
    longer.sections[section].append(entry)
    return longer
  }

  package var bytes: [UInt8] {
    var message = Self.integer(id) + Self.integer(flags)
    for section in sections { message += Self.integer(UInt16(section.count)) }
    return message + sections.flatMap { $0.flatMap { $0 } }
  }

  /// With TCP's two bytes of length.
  package var framed: [UInt8] { Self.integer(UInt16(bytes.count)) + bytes }

  package static func name(_ name: String) -> [UInt8] {
    if name == "." { return [0] }
    return name.split(separator: ".").flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) } + [0]
  }

  package static func integer<T: FixedWidthInteger & UnsignedInteger>(_ value: T) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(bigEndian: value)
    return bytes
  }
}
