/// A set that forgets: at the bound, everything that was not met since half of it was new.
struct RecentSet<Element: Hashable> {
  private let half: Int
  private var recent: Set<Element> = []
  private var older: Set<Element> = []

  init(limit: Int) { half = max(1, limit / 2) }

  /// - Returns: whether `element` was not there.
  mutating func insert(_ element: Element) -> Bool {
    guard !recent.contains(element) else { return false }
    let isNew = older.remove(element) == nil
    if recent.count >= half {
      older = recent
      recent.removeAll(keepingCapacity: true)
    }
    recent.insert(element)
    return isNew
  }

  func contains(_ element: Element) -> Bool { recent.contains(element) || older.contains(element) }
}
