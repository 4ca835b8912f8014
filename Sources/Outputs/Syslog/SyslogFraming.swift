/// How one message is told from the next on a transport.
package enum SyslogFraming: Sendable, Equatable {
  /// The datagram ends it.
  case datagram
  /// Its length in octets and a space stand before it: RFC 6587 section 3.4.1, RFC 5425 section 4.3.
  case octetCounting
  /// A NUL ends it, as the C library does on a local stream socket.
  case nulTerminated

  package func frame(_ message: [UInt8]) -> [UInt8] {
    switch self {
    case .datagram: return message
    case .nulTerminated: return message + [0]
    case .octetCounting:
      var frame: [UInt8] = []
      frame.reserveCapacity(message.count + 6)
      frame.append(decimal: message.count)
      frame.append(UInt8(ascii: " "))
      frame.append(contentsOf: message)
      return frame
    }
  }
}
