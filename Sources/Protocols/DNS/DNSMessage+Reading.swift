import Matching
import Observations
import Wire

extension DNSMessage {
  init(_ packet: DNSPacket, index: UInt64) {
    self.init(
      id: packet.header.id, flags: packet.header.flags, queries: packet.questions, answers: packet.answers,
      authorities: packet.authorities, additionals: packet.additionals, index: index, isCut: packet.isCut)
  }

  /// Replaces every text that a peer chose.
  mutating func mapText(_ transform: (String) -> String) {
    for index in queries.indices { queries[index].name = transform(queries[index].name) }
    for index in answers.indices { answers[index].mapText(transform) }
    for index in authorities.indices { authorities[index].mapText(transform) }
    for index in additionals.indices { additionals[index].mapText(transform) }
  }
}

extension DNSRecord {
  fileprivate mutating func mapText(_ transform: (String) -> String) {
    name = transform(name)
    switch data {
    case .address, .opaque: break
    case .name(let name): data = .name(transform(name))
    case .mailExchange(let preference, let name): data = .mailExchange(preference: preference, transform(name))
    case .service(var service):
      service.target = transform(service.target)
      data = .service(service)
    case .authority(var authority):
      (authority.primary, authority.mailbox) = (transform(authority.primary), transform(authority.mailbox))
      data = .authority(authority)
    case .text(let strings): data = .text(strings.map(transform))
    case .binding(var binding):
      binding.target = transform(binding.target)
      binding.parameters = binding.parameters.map(transform)
      data = .binding(binding)
    case .options(let options):
      data = .options(
        options.map { option in
          var masked = option
          masked.data = transform(option.data)
          return masked
        })
    }
  }

  /// The texts that the record's data hold, strings of TXT joined as their readers join them.
  var dataTexts: [String] {
    switch data {
    case .address, .opaque: []
    case .name(let name), .mailExchange(_, let name): [name]
    case .service(let service): [service.target]
    case .authority(let authority): [authority.primary, authority.mailbox]
    case .text(let strings): [strings.joined()]
    case .binding(let binding): [binding.target] + binding.parameters
    case .options(let options): options.map(\.data)
    }
  }
}
