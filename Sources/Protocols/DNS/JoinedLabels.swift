/// Labels of a name that follow each other, without the dots between them: what is cut into labels stands in it whole.
struct JoinedLabels {
  private(set) var bytes: [UInt8] = []
  /// Where in the name each byte stands.
  private var places: [Int] = []
  /// Counts in `bytes` at which a new label starts.
  private var borders: [Int] = []

  /// Shorter runs of labels hold no key, in bytes.
  private static let shortestRun = 20
  /// Labels shorter than this begin no key: reverse names of IPv6 have 32 of one digit.
  private static let shortestFirstLabel = 2
  /// Labels at the end of a name that belong to its domain rather than to what it carries.
  private static let domainLabelCount = 2
  /// Runs looked at in one name: of all names but the oddest each run there is.
  private static let limit = 24

  /// The runs of two labels and more that may hold a key, the likeliest first: long ones, without the domain.
  ///
  /// The bytes around a key tell where it ends. A counter before it or a mark behind it would be taken for a part of it,
  /// so every label may begin the run, and every later one end it.
  static func windows(of name: String) -> [JoinedLabels] {
    let text = Array(name.utf8)
    guard text.count > shortestRun else { return [] }
    let labels = labels(of: text)
    var windows: [JoinedLabels] = []
    for end in ends(labels.count) {
      for start in labels.indices where start + 1 < end && labels[start].count >= shortestFirstLabel {
        guard labels[end - 1].upperBound - labels[start].lowerBound >= shortestRun else { break }
        guard windows.count < limit else { return windows }
        windows.append(JoinedLabels(labels[start..<end], text))
      }
    }
    return windows
  }

  /// Where runs end: before the domain, from the longest to the shortest, then inside it.
  private static func ends(_ labelCount: Int) -> [Int] {
    let domain = max(0, labelCount - domainLabelCount)
    return Array((0...domain).reversed()) + Array((domain...labelCount).dropFirst())
  }

  /// A backslash takes the character behind it, a dot included, into its label: RFC 1035 section 5.1.
  private static func labels(of text: [UInt8]) -> [Range<Int>] {
    var labels: [Range<Int>] = []
    var (start, isEscaped) = (0, false)
    for (index, byte) in text.enumerated() {
      if byte == UInt8(ascii: "."), !isEscaped {
        labels.append(start..<index)
        start = index + 1
      }
      isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
    }
    return labels + [start..<text.count]
  }

  private init(_ labels: ArraySlice<Range<Int>>, _ text: [UInt8]) {
    for label in labels {
      if !bytes.isEmpty { borders.append(bytes.count) }
      bytes += text[label]
      places += label
    }
  }

  /// Where the name holds what stands at `range`; `nil` if that is a part of one label, which is found without joining.
  func rangeInText(_ range: Range<Int>) -> Range<Int>? {
    guard range.lowerBound >= 0, range.upperBound <= places.count, !range.isEmpty else { return nil }
    guard borders.contains(where: { $0 > range.lowerBound && $0 < range.upperBound }) else { return nil }
    return places[range.lowerBound]..<places[range.upperBound - 1] + 1
  }
}
