/// What a message asks: RFC 1035 section 4.1.2.
package struct DNSQuestion: Equatable, Sendable {
  package var name: String
  package var type: DNSRecordType
  package var recordClass: DNSClass

  package init(name: String, type: DNSRecordType, recordClass: DNSClass = .internet) {
    (self.name, self.type, self.recordClass) = (name, type, recordClass)
  }
}

/// A resource record: RFC 1035 section 4.1.3.
package struct DNSRecord: Equatable, Sendable {
  package var name: String
  package var type: DNSRecordType
  package var recordClass: DNSClass
  /// Seconds; of `OPT`, flags (RFC 6891 section 6.1.3).
  package var timeToLive: UInt32
  package var data: DNSRecordData

  package init(
    name: String, type: DNSRecordType, recordClass: DNSClass = .internet, timeToLive: UInt32, data: DNSRecordData
  ) {
    (self.name, self.type, self.recordClass) = (name, type, recordClass)
    (self.timeToLive, self.data) = (timeToLive, data)
  }
}

/// What a record says, for the types that are read; names as `DNSName` writes them.
package enum DNSRecordData: Equatable, Sendable {
  /// A and AAAA (RFC 3596).
  case address(IPAddress)
  /// CNAME, DNAME (RFC 6672), NS and PTR.
  case name(String)
  /// MX: RFC 1035 section 3.3.9.
  case mailExchange(preference: UInt16, String)
  case service(DNSService)
  case authority(DNSAuthority)
  /// The character-strings of TXT, unreadable bytes as `\DDD`.
  case text([String])
  /// SVCB and HTTPS.
  case binding(DNSServiceBinding)
  /// The options of OPT: RFC 6891 section 6.1.2.
  case options([DNSOption])
  /// A type that is not read, or data that do not fit their type.
  case opaque(byteCount: Int)
}

/// SRV: RFC 2782.
package struct DNSService: Equatable, Sendable {
  package var priority: UInt16
  package var weight: UInt16
  package var port: UInt16
  package var target: String

  package init(priority: UInt16, weight: UInt16, port: UInt16, target: String) {
    (self.priority, self.weight, self.port, self.target) = (priority, weight, port, target)
  }
}

/// SOA: RFC 1035 section 3.3.13. Times are in seconds.
package struct DNSAuthority: Equatable, Sendable {
  package var primary: String
  package var mailbox: String
  package var serial: UInt32
  package var refresh: UInt32
  package var retry: UInt32
  package var expire: UInt32
  package var minimum: UInt32

  package init(
    primary: String, mailbox: String, serial: UInt32, refresh: UInt32, retry: UInt32, expire: UInt32, minimum: UInt32
  ) {
    (self.primary, self.mailbox, self.serial) = (primary, mailbox, serial)
    (self.refresh, self.retry, self.expire, self.minimum) = (refresh, retry, expire, minimum)
  }
}

/// SVCB and HTTPS: RFC 9460 section 2.
package struct DNSServiceBinding: Equatable, Sendable {
  /// 0 makes it an alias.
  package var priority: UInt16
  /// `.` stands for the record's own name.
  package var target: String
  /// In presentation format, such as `alpn=h2,h3`; of parameters that are not read, the key alone.
  package var parameters: [String]
  /// The addresses of `ipv4hint` and `ipv6hint`.
  package var hints: [IPAddress]

  package init(priority: UInt16, target: String, parameters: [String], hints: [IPAddress]) {
    (self.priority, self.target, self.parameters, self.hints) = (priority, target, parameters, hints)
  }
}

/// An option of EDNS: RFC 6891 section 6.1.2.
package struct DNSOption: Equatable, Sendable {
  package var code: UInt16
  /// Unreadable bytes as `\DDD`.
  package var data: String

  package init(code: UInt16, data: String) { (self.code, self.data) = (code, data) }
}
