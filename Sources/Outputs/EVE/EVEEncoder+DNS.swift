import Observations
import Wire

extension JSONLineWriter {
  /// The `dns` object of version 3, as Suricata 8 has it, one for a request and one for a response.
  ///
  /// Multicast DNS and LLMNR are written alike: Suricata's `mdns` event has no room for addresses.
  mutating func dns(_ message: DNSMessage) {
    object("dns") { dns in
      dns.field("version", 3)
      dns.field("type", message.isResponse ? "response" : "request")
      dns.field("tx_id", message.index)
      dns.field("id", message.id)
      dns.flags(message.flags)
      dns.field("opcode", message.flags.opcode)
      if message.isResponse { dns.field("rcode", message.eveResponseCode) }
      dns.queries(message.queries)
      dns.records("answers", message.answers, room: .answers)
      dns.grouped(message.answers)
      dns.records("authorities", message.authorities, room: .authorities)
      dns.records("additionals", message.additionals, room: .additionals)
    }
  }

  private mutating func flags(_ flags: DNSFlags) {
    field("flags", String(flags.rawValue, radix: 16))
    if flags.isResponse { truth("qr") }
    if flags.isAuthoritative { truth("aa") }
    if flags.isTruncated { truth("tc") }
    if flags.isRecursionDesired { truth("rd") }
    if flags.isRecursionAvailable { truth("ra") }
    if flags.isReservedBitSet { truth("z") }
  }

  /// Arrays are absent when empty: the schema asks for at least one element.
  private mutating func queries(_ queries: [DNSQuestion]) {
    guard !queries.isEmpty else { return }
    array("queries") { array in
      for query in queries {
        array.element { element in
          element.field("rrname", query.name)
          element.field("rrtype", query.type.name)
        }
      }
    }
  }

  /// What the schema has room for differs by section.
  fileprivate enum Room { case answers, authorities, additionals }

  private mutating func records(_ key: String, _ records: [DNSRecord], room: Room) {
    guard !records.isEmpty else { return }
    array(key) { array in
      for record in records {
        array.element { element in
          element.field("rrname", record.name)
          element.field("rrtype", record.type.name)
          element.field("ttl", record.timeToLive)
          element.data(record.data, room: room)
        }
      }
    }
  }

  private mutating func data(_ data: DNSRecordData, room: Room) {
    switch data {
    case .service(let service) where room == .answers: object("srv") { $0.service(service) }
    case .authority(let authority) where room != .additionals: object("soa") { $0.authority(authority) }
    case .options(let options) where room == .additionals: self.options(options)
    default: field("rdata", data.eveText)
    }
  }

  private mutating func options(_ options: [DNSOption]) {
    guard !options.isEmpty else { return }
    array("opt") { array in
      for option in options {
        array.element { element in
          element.field("code", option.code)
          element.field("data", option.data)
        }
      }
    }
  }

  private mutating func service(_ service: DNSService) {
    field("priority", service.priority)
    field("weight", service.weight)
    field("port", service.port)
    field("name", service.target)
  }

  private mutating func authority(_ authority: DNSAuthority) {
    field("mname", authority.primary)
    field("rname", authority.mailbox)
    field("serial", authority.serial)
    field("refresh", authority.refresh)
    field("retry", authority.retry)
    field("expire", authority.expire)
    field("minimum", authority.minimum)
  }

  /// The answers by type, for the types that the schema groups, in their order of appearance.
  private mutating func grouped(_ answers: [DNSRecord]) {
    var types: [DNSRecordType] = []
    for record in answers where record.isGrouped && !types.contains(record.type) { types.append(record.type) }
    guard !types.isEmpty else { return }
    object("grouped") { grouped in
      for type in types {
        grouped.array(type.name) { array in
          for record in answers where record.type == type && record.isGrouped { array.grouped(record.data) }
        }
      }
    }
  }

  private mutating func grouped(_ data: DNSRecordData) {
    switch data {
    case .service(let service): element { $0.service(service) }
    case .authority(let authority): element { $0.authority(authority) }
    default: if let text = data.eveText { element(text) }
    }
  }
}

extension DNSRecord {
  fileprivate var isGrouped: Bool {
    if case .opaque = data { return false }
    return [.a, .aaaa, .cname, .mx, .ns, .ptr, .soa, .srv, .txt].contains(type)
  }
}

extension DNSRecordData {
  /// `rdata`: the presentation format of the record, of mail exchanges the host alone, as Suricata has it.
  fileprivate var eveText: String? {
    switch self {
    case .address(let address): address.description
    case .name(let name), .mailExchange(_, let name): name
    case .text(let strings): strings.joined()
    case .service(let service): "\(service.priority) \(service.weight) \(service.port) \(service.target)"
    case .authority(let authority): "\(authority.primary) \(authority.mailbox) \(authority.serial)"
    case .binding(let binding):
      (["\(binding.priority)", binding.target] + binding.parameters).joined(separator: " ")
    case .options, .opaque: nil
    }
  }
}

extension DNSMessage {
  /// IANA's mnemonic, or the number.
  fileprivate var eveResponseCode: String {
    let names = [
      "NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED", "YXDOMAIN", "YXRRSET", "NXRRSET", "NOTAUTH",
      "NOTZONE", "DSOTYPENI",
    ]
    let extended = ["BADVERS", "BADKEY", "BADTIME", "BADMODE", "BADNAME", "BADALG", "BADTRUNC", "BADCOOKIE"]
    let code = responseCode
    if names.indices.contains(code) { return names[code] }
    return extended.indices.contains(code - 16) ? extended[code - 16] : String(code)
  }
}
