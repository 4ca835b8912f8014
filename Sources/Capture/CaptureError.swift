/// Why packets could not be captured or read. Each is for the operator: one line that names the place and the remedy.
package enum CaptureError: Error, Equatable {
  /// A path that cannot be opened or listed; nothing was read.
  case cannotOpen(source: String, reason: String)
  /// A file that is no capture at all; `looksLike` says what it seems to be instead.
  case notACapture(source: String, looksLike: String)
  /// A capture of a kind or version that is not read.
  case unsupported(source: String, reason: String)
  /// The capture is cut off or corrupt. Packets 1 to `afterPacket` were read and delivered; `offset` is where the
  /// record that could not be read begins, in bytes from the start of the file, or of what it holds if compressed.
  case damaged(source: String, offset: UInt64, afterPacket: UInt64, reason: String)
  case noPermission(interface: String, reason: String)
  /// `known` are the interfaces that there are.
  case noSuchInterface(interface: String, known: [String])
  /// Live capture could not start or go on for another reason: the interface is down or went away, no memory.
  case captureFailed(interface: String, reason: String)
  case invalidFilter(expression: String, reason: String)
}

extension CaptureError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .cannotOpen(let source, let reason): "\(printable(source)): cannot be read: \(printable(reason))"
    case .notACapture(let source, let looksLike):
      "\(printable(source)): is not a capture file: \(looksLike); expected pcap or pcapng, plain, gzip or zstd"
    case .unsupported(let source, let reason): "\(printable(source)): \(reason)"
    case .damaged(let source, let offset, let packet, let reason):
      "\(printable(source)): damaged at byte \(offset), after packet \(packet): \(printable(reason)); "
        + "everything before was analysed"
    case .noPermission(let interface, let reason):
      "\(printable(interface)): no permission to capture: \(printable(reason)); run as root, or grant CAP_NET_RAW: "
        + "setcap cap_net_raw+ep PATH-TO-leakwire"
    case .noSuchInterface(let interface, let known):
      "\(printable(interface)): no such interface; there are: \(printable(known.joined(separator: ", ")))"
    case .captureFailed(let interface, let reason): "\(printable(interface)): capture failed: \(printable(reason))"
    case .invalidFilter(let expression, let reason):
      "filter '\(printable(expression))' is invalid: \(printable(reason)); the syntax is that of pcap-filter(7)"
    }
  }
}

/// Text from outside with its control characters escaped, so that it stays one line and cannot move the cursor.
private func printable(_ text: String) -> String {
  text.unicodeScalars.map { $0.properties.generalCategory == .control ? $0.escaped(asASCII: true) : String($0) }
    .joined()
}
