/// An open-addressing hash table from 32-bit hashes to slots, with linear probing.
///
/// A cell holds a flow's hash and its slot plus one; 0 is an empty cell. Hashes are compared here, whole keys by the
/// caller. At most half of the cells are ever used, where runs stay far below `probeLimit` by chance; who chooses
/// addresses and ports to collide gets their own flows evicted at that length, and nothing slower.
struct CellTable {
  /// Longest run looked through, in cells.
  static let probeLimit = 256

  private var cells: [UInt64]
  private let mask: Int

  /// - Parameter capacity: entries at a time; never more may be inserted.
  init(capacity: Int) {
    var count = 64
    while count < capacity * 2 { count *= 2 }
    cells = Array(repeating: 0, count: count)
    mask = count - 1
  }

  /// A walk over the cells that a hash may lie in.
  struct Probe {
    fileprivate(set) var position: Int
    fileprivate var remaining = CellTable.probeLimit
  }

  func probe(_ hash: UInt32) -> Probe { Probe(position: Int(hash) & mask) }

  /// The next slot with this very hash.
  func next(_ hash: UInt32, _ probe: inout Probe) -> Int? {
    while probe.remaining > 0 {
      let cell = cells[probe.position]
      guard cell != 0 else { return nil }
      probe.position = (probe.position &+ 1) & mask
      probe.remaining &-= 1
      if UInt32(truncatingIfNeeded: cell >> 32) == hash { return Self.slot(cell) }
    }
    return nil
  }

  /// Returns whether there was an empty cell near enough.
  mutating func insert(_ hash: UInt32, slot: Int) -> Bool {
    var position = Int(hash) & mask
    for _ in 0..<Self.probeLimit {
      guard cells[position] != 0 else {
        cells[position] = Self.cell(hash, slot)
        return true
      }
      position = (position &+ 1) & mask
    }
    return false
  }

  /// The slots in all cells that a hash may lie in: those in whose place it can be put by `replace`.
  func occupants(_ hash: UInt32) -> [Int] {
    (0..<Self.probeLimit).compactMap { step in
      let cell = cells[(Int(hash) &+ step) & mask]
      return cell == 0 ? nil : Self.slot(cell)
    }
  }

  /// Puts `slot` where `occupant` is. Nothing moves, so that every other entry is still found.
  mutating func replace(_ occupant: Int, with slot: Int, near hash: UInt32) {
    for step in 0..<Self.probeLimit {
      let position = (Int(hash) &+ step) & mask
      guard cells[position] != 0, Self.slot(cells[position]) == occupant else { continue }
      cells[position] = Self.cell(hash, slot)
      return
    }
  }

  /// Removes an entry and moves later ones of the run down, so that no marks of deletion are left behind.
  mutating func remove(_ hash: UInt32, slot: Int) {
    guard var hole = position(of: slot, near: hash) else { return }
    var position = (hole &+ 1) & mask
    while cells[position] != 0 {
      let home = Int(truncatingIfNeeded: cells[position] >> 32) & mask
      // The entry may move into the hole unless its home lies after it.
      if (position &- home) & mask >= (position &- hole) & mask {
        cells[hole] = cells[position]
        hole = position
      }
      position = (position &+ 1) & mask
    }
    cells[hole] = 0
  }

  private func position(of slot: Int, near hash: UInt32) -> Int? {
    let wanted = Self.cell(hash, slot)
    var position = Int(hash) & mask
    for _ in 0..<Self.probeLimit {
      if cells[position] == wanted { return position }
      position = (position &+ 1) & mask
    }
    return nil
  }

  private static func cell(_ hash: UInt32, _ slot: Int) -> UInt64 {
    UInt64(hash) << 32 | UInt64(UInt32(truncatingIfNeeded: slot &+ 1))
  }

  private static func slot(_ cell: UInt64) -> Int { Int(UInt32(truncatingIfNeeded: cell)) &- 1 }
}
