/// Pool entries in the order in which they were put there, as a list linked by their numbers.
struct AgeOrder {
  static let none: Int32 = -1

  private var links: [(previous: Int32, next: Int32)] = []
  private(set) var oldest = AgeOrder.none
  private var newest = AgeOrder.none

  /// Puts the entry `id`, which is not in the list, at its end.
  mutating func append(_ id: Int32) {
    while links.count <= Int(id) { links.append((Self.none, Self.none)) }
    links[Int(id)] = (newest, Self.none)
    if newest == Self.none { oldest = id } else { links[Int(newest)].next = id }
    newest = id
  }

  mutating func remove(_ id: Int32) {
    let (previous, next) = links[Int(id)]
    if previous == Self.none { oldest = next } else { links[Int(previous)].next = next }
    if next == Self.none { newest = previous } else { links[Int(next)].previous = previous }
  }
}
