import Wire

/// A field section written as a head of HTTP/1, so that the same code scans it, masks it and makes values of it.
///
/// Pseudo-header fields become the start line and `host` (RFC 9113 section 8.3), the crumbs of a cookie one field
/// (section 8.2.3). Bytes that would end a line become blanks.
extension FieldSection {
  /// What was not seen, or was not sent although it must be.
  private static let unknownMethod = "-"
  private static let unknownTarget = "?"

  /// Appends `METHOD target VERSION`, `host` and the other fields to `head`.
  func renderRequest(version: String, onto head: inout [UInt8]) {
    let authority = first(":authority")
    let path = first(":path")
    if let method = first(":method"), isToken(method.value) {
      head += bytes[method.value]
    } else {
      head += Self.unknownMethod.utf8
    }
    head.append(UInt8(ascii: " "))
    if let target = path ?? authority {
      appendValue(target.value, onto: &head)
    } else {
      head += Self.unknownTarget.utf8
    }
    head += " \(version)\r\n".utf8
    if let authority {
      head += "host: ".utf8
      appendValue(authority.value, onto: &head)
      head += Self.lineEnd
    }
    appendFields(without: [":method", ":path", ":authority", ":scheme"], onto: &head)
  }

  /// Appends `VERSION status` and the fields to `head`.
  func renderResponse(version: String, onto head: inout [UInt8]) {
    head += "\(version) ".utf8
    if let status = first(":status"), status.value.count == 3, bytes[status.value].allSatisfy({ $0 &- 0x30 < 10 }) {
      head += bytes[status.value]
    } else {
      head += "000".utf8
    }
    head += Self.lineEnd
    appendFields(without: [":status"], onto: &head)
  }

  /// Appends the fields of a trailer section behind a start line that says nothing.
  func renderTrailers(isRequest: Bool, version: String, onto head: inout [UInt8]) {
    head += (isRequest ? "TRAILER * \(version)\r\n" : "\(version) 000\r\n").utf8
    appendFields(without: [], onto: &head)
  }

  private static let lineEnd: [UInt8] = [0x0D, 0x0A]
  private static let cookie = "cookie"

  private func appendFields(without pseudo: [String], onto head: inout [UInt8]) {
    let span = bytes.rawSpan
    var hasCookie = false
    for line in lines {
      if isPseudo(line), pseudo.contains(where: { span.equals($0, in: line.name, ignoringCase: false) }) { continue }
      if span.equals(Self.cookie, in: line.name) {
        if !hasCookie { appendCookies(onto: &head) }
        hasCookie = true
        continue
      }
      appendName(line.name, onto: &head)
      head += ": ".utf8
      appendValue(line.value, onto: &head)
      head += Self.lineEnd
    }
    head += Self.lineEnd
  }

  private func appendCookies(onto head: inout [UInt8]) {
    let span = bytes.rawSpan
    var separator = "cookie: "
    for line in lines where span.equals(Self.cookie, in: line.name) {
      head += separator.utf8
      separator = "; "
      appendValue(line.value, onto: &head)
    }
    head += Self.lineEnd
  }

  private func isPseudo(_ line: Line) -> Bool { !line.name.isEmpty && bytes[line.name.lowerBound] == UInt8(ascii: ":") }

  private func isToken(_ range: Range<Int>) -> Bool { !range.isEmpty && bytes[range].allSatisfy(\.isTokenCharacter) }

  /// A name as sent; blanks, controls and colons, which none has, would change where the line is divided.
  private func appendName(_ range: Range<Int>, onto head: inout [UInt8]) {
    guard !range.isEmpty else {
      head.append(UInt8(ascii: "?"))
      return
    }
    head += bytes[range].lazy.map { $0 <= 0x20 || $0 == UInt8(ascii: ":") ? UInt8(ascii: "?") : $0 }
  }

  private func appendValue(_ range: Range<Int>, onto head: inout [UInt8]) {
    head += bytes[range].lazy.map { $0 == 0x0D || $0 == 0x0A || $0 == 0 ? 0x20 : $0 }
  }
}
