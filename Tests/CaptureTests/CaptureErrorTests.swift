import Capture
import Testing

@Suite("Capture errors")
struct CaptureErrorTests {
  static let lines: [(CaptureError, String)] = [
    (.cannotOpen(source: "x", reason: "No such file or directory"), "x: cannot be read: No such file or directory"),
    (
      .notACapture(source: "x", looksLike: "it is empty"),
      "x: is not a capture file: it is empty; expected pcap or pcapng, plain, gzip or zstd"
    ),
    (
      .damaged(source: "a\nb", offset: 12, afterPacket: 3, reason: "cut"),
      "a\\nb: damaged at byte 12, after packet 3: cut; everything before was analysed"
    ),
    (
      .noPermission(interface: "eth0", reason: "no"),
      "eth0: no permission to capture: no; run as root, or grant CAP_NET_RAW: setcap cap_net_raw+ep PATH-TO-leakwire"
    ),
    (.noSuchInterface(interface: "eth9", known: ["eth0", "lo"]), "eth9: no such interface; there are: eth0, lo"),
    (.captureFailed(interface: "eth0", reason: "went down"), "eth0: capture failed: went down"),
    (
      .invalidFilter(expression: "port\u{1B}[2J", reason: "syntax error"),
      "filter 'port\\u{1B}[2J' is invalid: syntax error; the syntax is that of pcap-filter(7)"
    ),
  ]

  @Test("are one line each, with the remedy and no control characters", arguments: lines.indices)
  func description(index: Int) {
    let (error, line) = Self.lines[index]
    #expect("\(error)" == line)
  }
}
