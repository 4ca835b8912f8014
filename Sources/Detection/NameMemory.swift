import DequeModule
import Observations
import Wire

/// Remembers by which names addresses were found: what DNS answered, for each client and for anyone.
///
/// The name kept is the one that was asked for, with the aliases that led to the address: after `api.openai.com` CNAME
/// `edge.example` A 192.0.2.1 the address is known as `api.openai.com`. Observations come in packet order, so the same
/// capture gives the same names.
struct NameMemory {
  /// A name that led to an address.
  struct Name: Equatable {
    /// Lower case, as it was asked for.
    var name: String
    /// The aliases between the name and the address, in order.
    var aliases: [String]
  }

  private struct Answer {
    var client: IPAddress
    var name: Name
    /// Packet time in nanoseconds.
    var expiry: Int64
  }

  private struct Entry {
    /// The newest last.
    var answers: [Answer] = []
    /// Rises with each use; the queue of uses holds an older mark for every use before.
    var lastUse: UInt64 = 0
  }

  /// Addresses remembered; at the bound the one not answered for longest is forgotten.
  private let limit: Int
  /// Answers of an address kept apart: of a shared address each client has its own, the newest for everyone else.
  private static let answerLimit = 8
  /// Programs go on using an address after its time: connections are kept and resolvers are lax.
  static let grace: Int64 = 300 * second
  /// However long a record says that it lives, addresses are given to others.
  static let lifetimeLimit: Int64 = 86_400 * second
  /// Aliases followed from one name: resolvers give up sooner.
  private static let aliasLimit = 16
  private static let second: Int64 = 1_000_000_000

  private var entries: [IPAddress: Entry] = [:]
  /// Every answer in order, for finding the oldest; stale marks are dropped when met, or when they are too many.
  private var uses = Deque<(address: IPAddress, use: UInt64)>()
  private var useCount: UInt64 = 0
  /// Addresses that were forgotten to make room.
  private(set) var evictionCount: UInt64 = 0

  init(limit: Int = 65_536) { self.limit = max(1, limit) }

  var addressCount: Int { entries.count }

  // MARK: Learning

  /// Learns what `message` answered to `client`.
  mutating func learn(_ message: DNSMessage, client: IPAddress, at now: Int64) {
    guard message.isResponse, message.flags.opcode == 0, message.responseCode == 0 else { return }
    let chain = Chain(message, limit: Self.aliasLimit)
    for record in message.answers {
      let owner = record.name.lowercased()
      let name = chain.name(for: owner) ?? Name(name: owner, aliases: [])
      for address in record.addresses {
        remember(address, Answer(client: client, name: name, expiry: Self.expiry(record.timeToLive, at: now)))
      }
    }
  }

  private static func expiry(_ timeToLive: UInt32, at now: Int64) -> Int64 {
    // RFC 2181 section 8: a time with the top bit set counts as zero.
    let seconds = timeToLive > UInt32(Int32.max) ? 0 : Int64(timeToLive)
    return now &+ min(seconds * second + grace, lifetimeLimit)
  }

  private mutating func remember(_ address: IPAddress, _ answer: Answer) {
    // Every name may stand for this machine; that says nothing of where bytes go.
    guard !address.isLoopback, !address.isUnspecified else { return }
    var entry = entries.removeValue(forKey: address) ?? Entry()
    entry.answers.removeAll { $0.client == answer.client && $0.name.name == answer.name.name }
    if entry.answers.count >= Self.answerLimit { entry.answers.removeFirst() }
    entry.answers.append(answer)
    useCount &+= 1
    entry.lastUse = useCount
    makeRoom()
    entries[address] = entry
    uses.append((address, useCount))
  }

  private mutating func makeRoom() {
    while entries.count >= limit, let oldest = uses.popFirst() {
      guard entries[oldest.address]?.lastUse == oldest.use else { continue }
      entries[oldest.address] = nil
      evictionCount &+= 1
    }
    // A few addresses answered over and over leave stale marks only.
    if uses.count >= 2 * limit { uses.removeAll { entries[$0.address]?.lastUse != $0.use } }
  }

  // MARK: Asking

  /// The name by which `client` found `address`: the newest answer to it, else the newest to anyone.
  func name(of address: IPAddress, for client: IPAddress, at now: Int64) -> Name? {
    guard let answers = entries[address]?.answers else { return nil }
    let valid = answers.filter { $0.expiry >= now }
    return (valid.last { $0.client == client } ?? valid.last)?.name
  }
}

/// The names that one message leads from to its addresses.
private struct Chain {
  /// By the owner of the record: the question's name, and each alias of it.
  private var names: [String: NameMemory.Name] = [:]

  init(_ message: DNSMessage, limit: Int) {
    var targets: [String: String] = [:]
    for record in message.answers where record.type == .cname {
      if case .name(let target) = record.data { targets[record.name.lowercased()] = target.lowercased() }
    }
    // One question is all that any server answers; of several the first one met stands.
    for query in message.queries {
      let asked = query.name.lowercased()
      var (owner, aliases) = (asked, [String]())
      while names[owner] == nil {
        names[owner] = NameMemory.Name(name: asked, aliases: aliases)
        guard aliases.count < limit, let target = targets[owner] else { break }
        aliases.append(target)
        owner = target
      }
    }
  }

  func name(for owner: String) -> NameMemory.Name? { names[owner] }
}

extension DNSRecord {
  /// The addresses that a record leads to.
  var addresses: [IPAddress] {
    switch data {
    case .address(let address): [address]
    case .binding(let binding): binding.hints
    default: []
    }
  }
}
