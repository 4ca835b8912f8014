import DequeModule

/// A dictionary with room for so many; at the bound the entry that was used longest ago makes room.
struct RecencyTable<Key: Hashable, Value> {
  private var values: [Key: (value: Value, lastUse: UInt64)] = [:]
  /// Every use in order; a mark is stale when its key was used again.
  private var uses = Deque<(key: Key, use: UInt64)>()
  private var useCount: UInt64 = 0
  private let limit: Int
  /// Entries that were forgotten to make room.
  private(set) var evictionCount: UInt64 = 0

  init(limit: Int) { self.limit = max(1, limit) }

  var count: Int { values.count }
  var isEmpty: Bool { values.isEmpty }

  /// The value of `key`, without counting as a use.
  func peek(_ key: Key) -> Value? { values[key]?.value }

  /// Changes the value of `key`, which `initial` stands for where there is none.
  mutating func use<Result>(_ key: Key, else initial: @autoclosure () -> Value, _ body: (inout Value) -> Result)
    -> Result
  {
    useCount &+= 1
    // Taken out, so that the value is changed in place.
    let known = values.removeValue(forKey: key)
    if known == nil { makeRoom() }
    var value = known?.value ?? initial()
    let result = body(&value)
    values[key] = (value, useCount)
    uses.append((key, useCount))
    if uses.count > 2 * limit { dropStaleMarks() }
    return result
  }

  /// - Returns: whether `key` was not there.
  mutating func insert(_ key: Key, _ value: Value) -> Bool {
    guard values[key] == nil else { return false }
    use(key, else: value) { _ in }
    return true
  }

  @discardableResult
  mutating func remove(_ key: Key) -> Value? { values.removeValue(forKey: key)?.value }

  private mutating func makeRoom() {
    while values.count >= limit, let oldest = uses.popFirst() {
      guard values[oldest.key]?.lastUse == oldest.use else { continue }
      values[oldest.key] = nil
      evictionCount &+= 1
    }
  }

  private mutating func dropStaleMarks() { uses.removeAll { values[$0.key]?.lastUse != $0.use } }
}
