import Testing
import Wire

@testable import Outputs

@Suite("Community ID, version 1")
struct CommunityIDTests {
  struct Vector: Sendable, CustomTestStringConvertible {
    let first: (String, UInt16)
    let second: (String, UInt16)
    let transport: IPProtocol
    let id: String
    var testDescription: String { id }
  }

  /// The specification's baseline; the last one is the equal-address rule, computed by hand.
  static let vectors = [
    Vector(
      first: ("128.232.110.120", 34_855), second: ("66.35.250.204", 80), transport: .tcp,
      id: "1:LQU9qZlK+B5F3KDmev6m5PMibrg="),
    Vector(
      first: ("192.168.1.52", 54_585), second: ("8.8.8.8", 53), transport: .udp, id: "1:d/FP5EW3wiY1vCndhwleRRKHowQ="),
    Vector(
      first: ("192.168.170.8", 7), second: ("192.168.170.56", 7), transport: .sctp, id: "1:MP2EtRCAUIZvTw6MxJHLV7N7JDs="
    ),
    Vector(
      first: ("2001:470:e5bf:dead:4957:2174:e82c:4887", 63_943), second: ("2607:f8b0:400c:c03::1a", 25),
      transport: .tcp, id: "1:/qFaeAR+gFe1KYjMzVDsMv+wgU4="),
    Vector(
      first: ("127.0.0.1", 40_000), second: ("127.0.0.1", 8080), transport: .tcp, id: "1:KtokAHyz+LpmkWAFBK/+HjzP3tE="),
  ]

  @Test("agrees with other tools, in either direction", arguments: vectors)
  func agrees(_ vector: Vector) throws {
    let first = Endpoint(try #require(IPAddress(vector.first.0)), port: vector.first.1)
    let second = Endpoint(try #require(IPAddress(vector.second.0)), port: vector.second.1)
    for (source, destination) in [(first, second), (second, first)] {
      var bytes: [UInt8] = []
      CommunityID.append(source, destination, transport: vector.transport, to: &bytes)
      #expect(String(decoding: bytes, as: UTF8.self) == vector.id)
    }
  }

  @Test("pads base64", arguments: [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg==")])
  func base64(_ vector: (String, String)) {
    var bytes: [UInt8] = []
    bytes.append(base64: vector.0.utf8)
    #expect(String(decoding: bytes, as: UTF8.self) == vector.1)
  }
}
