import Wire

/// Searches one stream, the message itself or what was unwrapped from it, for wrapped content.
final class UnwrapLevel {
  /// All of its state: one look at the object for each piece of the stream, not one for each property.
  private var readers: UnwrapReaders

  init(workshop: UnwrapWorkshop) { readers = UnwrapReaders(workshop: workshop) }

  /// - Parameter layer: what the stream was unwrapped from.
  func begin(depth: Int, account: UnwrapAccount, below layer: WrappedLayer?) {
    readers.begin(depth: depth, account: account, below: layer)
  }

  /// The content proper begins `count` bytes into the stream, of which nothing has been scanned yet.
  func beginContent(after count: Int) { readers.beginContent(after: count) }

  func scan(_ bytes: RawSpan, _ matcher: inout SecretMatcher, _ found: inout [Sighting]) {
    readers.scan(bytes, &matcher, &found)
  }

  func finish(_ matcher: inout SecretMatcher, _ found: inout [Sighting]) { readers.finish(&matcher, &found) }
}
