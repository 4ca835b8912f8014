/// Secrets by owner, at most so many owners; the oldest owner is forgotten for a new one.
///
/// The secrets of an owner lie one after another in one array, `slot, length (2 bytes), value`: one allocation for each
/// connection instead of one for each secret. A connection of TLS 1.3 with its four secrets takes 330 bytes in all.
struct SecretStore {
  private let limit: Int
  private var secrets: [SecretKey.Owner: [UInt8]] = [:]
  /// Owners in the order in which they came; a ring once it is full.
  private var order: [SecretKey.Owner] = []
  private var oldest = 0

  enum Insertion: Equatable {
    case added(isForgetting: Bool)
    case duplicate
    /// There was another value, which is replaced.
    case conflict
  }

  /// - Parameter limit: at least 1.
  init(limit: Int) { self.limit = max(1, limit) }

  var ownerCount: Int { secrets.count }

  subscript(key: SecretKey) -> [UInt8]? {
    guard let entry = secrets[key.owner], let range = Self.range(of: key.slot, in: entry) else { return nil }
    return Array(entry[range])
  }

  mutating func insert(_ value: [UInt8], for key: SecretKey) -> Insertion {
    let isForgetting = secrets[key.owner] == nil && enter(key.owner)
    return Self.set(value, at: key.slot, in: &secrets[key.owner, default: []], isForgetting: isForgetting)
  }

  /// - Returns: whether another owner had to go.
  private mutating func enter(_ owner: SecretKey.Owner) -> Bool {
    guard order.count == limit else {
      order.append(owner)
      return false
    }
    secrets[order[oldest]] = nil
    order[oldest] = owner
    oldest = (oldest + 1) % limit
    return true
  }

  private static func set(
    _ value: [UInt8], at slot: UInt8, in entry: inout [UInt8], isForgetting: Bool
  ) -> Insertion {
    let size = [UInt8(truncatingIfNeeded: value.count >> 8), UInt8(truncatingIfNeeded: value.count)]
    guard let range = range(of: slot, in: entry) else {
      entry.reserveCapacity(entry.count + 3 + value.count)
      entry += [slot] + size + value
      return .added(isForgetting: isForgetting)
    }
    guard !entry[range].elementsEqual(value) else { return .duplicate }
    entry.replaceSubrange(range.lowerBound - 2..<range.upperBound, with: size + value)
    return .conflict
  }

  /// Where the value of `slot` lies in an entry.
  private static func range(of slot: UInt8, in entry: [UInt8]) -> Range<Int>? {
    var position = 0
    while position + 3 <= entry.count {
      let end = position + 3 + Int(entry[position + 1]) << 8 + Int(entry[position + 2])
      if entry[position] == slot { return position + 3..<end }
      position = end
    }
    return nil
  }
}
