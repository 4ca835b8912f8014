/// One destination as it was seen, for a policy to be written.
package struct LearntDestination: Sendable {
  /// A name or an address.
  package var host: String
  package var ports: PortSet
  /// Where and when it was seen first, and how often: comments, one a line.
  package var evidence: [String]

  package init(host: String, ports: PortSet, evidence: [String]) {
    (self.host, self.ports, self.evidence) = (host, ports, evidence)
  }
}

/// Writes a policy as people would: sorted, so that two of them can be compared line by line, and commented.
package enum PolicyWriter {
  /// - Parameter heading: comments that stand first, one a line.
  package static func text(_ destinations: [LearntDestination], heading: [String]) -> String {
    var lines = heading.map(comment)
    lines += ["version: \(PolicyReader.version)", "", "# Everything else is an unexpected-destination."]
    lines.append(destinations.isEmpty ? "destinations: []" : "destinations:")
    for destination in destinations.sorted(by: { $0.host < $1.host }) {
      lines += destination.evidence.map { "  " + comment($0) }
      lines.append("  - host: \(scalar(destination.host))")
      if !destination.ports.ranges.isEmpty { lines.append("    ports: [\(destination.ports)]") }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// File names and hosts end no line, and so no comment.
  private static func comment(_ text: String) -> String {
    let printable = text.unicodeScalars.map { scalar -> Unicode.Scalar in
      scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || [0x2028, 0x2029, 0xFEFF].contains(scalar.value)
        ? "?" : scalar
    }
    return printable.isEmpty ? "#" : "# " + String(String.UnicodeScalarView(printable))
  }

  /// Names of several labels with a letter read as texts in every YAML; addresses and words such as `null` need quotes.
  private static func scalar(_ host: String) -> String {
    let isPlain =
      host.utf8.contains(UInt8(ascii: ".")) && host.utf8.contains { (0x61...0x7A).contains($0) }
      && !host.utf8.contains(UInt8(ascii: ":"))
    return isPlain && host.utf8.first.map { (0x61...0x7A).contains($0) } == true ? host : "\"\(host)\""
  }
}
