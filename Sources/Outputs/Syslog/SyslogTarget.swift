/// Where syslog messages go: `local`, `udp://host:514`, `tcp://host:601` or `tls://host:6514`.
package enum SyslogTarget: Sendable, Equatable {
  /// The system's own daemon.
  case local
  /// A datagram a message: RFC 5426.
  case udp(host: String, port: UInt16)
  /// Octet counting over TCP: RFC 6587.
  case tcp(host: String, port: UInt16)
  /// RFC 5425.
  case tls(host: String, port: UInt16)

  /// Reads what the user wrote. Ports default to 514, 601 and 6514; an IPv6 address stands in brackets.
  package init(parsing text: String) throws(SyslogTargetError) {
    guard text != "local" else {
      self = .local
      return
    }
    guard let mark = text.firstRange(of: "://") else { throw SyslogTargetError(text: text, problem: .form) }
    let authority = text[mark.upperBound...]
    switch text[..<mark.lowerBound].lowercased() {
    case "udp":
      let (host, port) = try Self.split(authority, defaultPort: 514, in: text)
      self = .udp(host: host, port: port)
    case "tcp":
      let (host, port) = try Self.split(authority, defaultPort: 601, in: text)
      self = .tcp(host: host, port: port)
    case "tls":
      let (host, port) = try Self.split(authority, defaultPort: 6514, in: text)
      self = .tls(host: host, port: port)
    case let scheme: throw SyslogTargetError(text: text, problem: .scheme(scheme))
    }
  }

  private static func split(
    _ authority: Substring, defaultPort: UInt16, in text: String
  ) throws(SyslogTargetError) -> (host: String, port: UInt16) {
    var rest = authority
    if rest.last == "/" { rest.removeLast() }
    let host: Substring
    if rest.first == "[" {
      guard let end = rest.firstIndex(of: "]") else { throw SyslogTargetError(text: text, problem: .bracket) }
      host = rest[rest.index(after: rest.startIndex)..<end]
      rest = rest[rest.index(after: end)...]
    } else {
      host = rest.prefix { $0 != ":" }
      rest = rest[host.endIndex...]
      guard rest.dropFirst().allSatisfy({ $0 != ":" }) else {
        throw SyslogTargetError(text: text, problem: .bareIPv6)
      }
    }
    let isClean = host.unicodeScalars.allSatisfy { (0x21..<0x7F).contains($0.value) && $0 != "/" && $0 != "@" }
    guard !host.isEmpty, isClean else { throw SyslogTargetError(text: text, problem: .host) }
    guard !rest.isEmpty else { return (String(host), defaultPort) }
    guard rest.first == ":", let port = UInt16(rest.dropFirst()), port > 0, rest.dropFirst().first != "+" else {
      throw SyslogTargetError(text: text, problem: .port(String(rest)))
    }
    return (String(host), port)
  }

  /// As the user would write it, with its port.
  package var description: String {
    func authority(_ host: String, _ port: UInt16) -> String {
      host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    }
    return switch self {
    case .local: "local"
    case .udp(let host, let port): "udp://" + authority(host, port)
    case .tcp(let host, let port): "tcp://" + authority(host, port)
    case .tls(let host, let port): "tls://" + authority(host, port)
    }
  }

  /// Octets that a message may have. UDP: what every receiver of RFC 5424 section 6.1 should accept. Else: what rsyslog
  /// accepts as it is delivered, so that the JSON arrives whole.
  var messageByteLimit: Int {
    switch self {
    case .udp: 2048
    case .local, .tcp, .tls: 8192
    }
  }
}

extension SyslogTarget: CustomStringConvertible {}

/// Why a syslog target cannot be read.
package struct SyslogTargetError: Error, Equatable, CustomStringConvertible {
  package enum Problem: Equatable, Sendable {
    case form, host, bracket, bareIPv6
    case scheme(String)
    case port(String)
  }

  package let text: String
  package let problem: Problem

  package var description: String { "syslog target “\(Printable.text(text))”: \(reason)" }

  private var reason: String {
    switch problem {
    case .form: "give local, udp://host:514, tcp://host:601 or tls://host:6514"
    case .scheme(let scheme): "“\(Printable.text(scheme))” is not one of udp, tcp and tls"
    case .host: "the host is missing or is not a host name or address"
    case .bracket: "the bracket of the IPv6 address is not closed"
    case .bareIPv6: "an IPv6 address stands in brackets, as in udp://[2001:db8::1]:514"
    case .port(let port): "“\(Printable.text(port))” is not a port; give a number from 1 to 65535"
    }
  }
}
