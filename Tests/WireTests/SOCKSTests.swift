import TestSupport
import Testing
import Wire

@Suite("SOCKS handshakes: RFC 1928, RFC 1929, version 4 and 4a")
struct SOCKSHandshakeTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var testDescription: String
    var client: [UInt8]
    var server: [UInt8]
    var host = "api.example"
    var port: UInt16 = 443
    var version: UInt8 = 5
    var isGranted = true
  }

  private static let name = ProxyBuilder.request("API.Example", port: 443)

  static let good: [Case] = [
    Case(
      testDescription: "a name without authentication", client: ProxyBuilder.greeting() + name,
      server: [5, 0] + ProxyBuilder.reply()),
    Case(
      testDescription: "an IPv4 address",
      client: ProxyBuilder.greeting([0, 1]) + addressed(IPAddress(ipv4: 0xC000_0201)),
      server: [5, 0] + ProxyBuilder.reply(bound: IPAddress(high: 1, low: 2)), host: "192.0.2.1"),
    Case(
      testDescription: "an IPv6 address",
      client: ProxyBuilder.greeting() + addressed(IPAddress(high: 0x2001_0DB8_0000_0000, low: 1)),
      server: [5, 0] + ProxyBuilder.reply(), host: "2001:db8::1"),
    Case(
      testDescription: "a user and a password",
      client: ProxyBuilder.greeting([0, 2]) + ProxyBuilder.credentials("me", "") + name,
      server: [5, 2, 1, 0] + ProxyBuilder.reply()),
    Case(
      testDescription: "a bound name without a name", client: ProxyBuilder.greeting() + name,
      server: [5, 0, 5, 0, 0, 3, 0, 0, 0]),
    Case(
      testDescription: "a refusal", client: ProxyBuilder.greeting() + name, server: [5, 0] + ProxyBuilder.reply(5),
      isGranted: false),
    Case(
      testDescription: "a binding is answered twice",
      client: ProxyBuilder.greeting() + ProxyBuilder.request("api.example", port: 443, command: 2),
      server: [5, 0] + ProxyBuilder.reply() + ProxyBuilder.reply()),
    Case(
      testDescription: "version 4", client: ProxyBuilder.request4(IPAddress(ipv4: 0xC000_0201), port: 443, user: "me"),
      server: ProxyBuilder.reply4(), host: "192.0.2.1", version: 4),
    Case(
      testDescription: "version 4a", client: ProxyBuilder.request4(port: 443, name: "api.example"),
      server: ProxyBuilder.reply4(), version: 4),
    Case(
      testDescription: "a refusal of version 4", client: ProxyBuilder.request4(port: 443, name: "api.example"),
      server: ProxyBuilder.reply4(91), version: 4, isGranted: false),
  ]

  private static func addressed(_ address: IPAddress) -> [UInt8] { ProxyBuilder.request(address, port: 443) }

  @Test("reads", arguments: good)
  func reads(_ input: Case) throws {
    let (client, server) = (input.client + [0x16, 3, 1], input.server + [0xAA])
    let handshake = try SOCKSHandshake(client: client.rawSpan, server: server.rawSpan)
    #expect(handshake.version == input.version)
    #expect(handshake.destination == SOCKSDestination(host: input.host, port: input.port))
    #expect(handshake.isGranted == input.isGranted)
    #expect(handshake.clientByteCount == input.client.count)
    #expect(handshake.serverByteCount == input.server.count)
  }

  @Test("waits at every prefix of either side", arguments: good)
  func waits(_ input: Case) {
    for count in 0..<input.client.count {
      expectWaiting(Array(input.client.prefix(count)), input.server, "client's first \(count)")
    }
    for count in 0..<input.server.count {
      expectWaiting(input.client, Array(input.server.prefix(count)), "server's first \(count)")
    }
  }

  private func expectWaiting(_ client: [UInt8], _ server: [UInt8], _ comment: Comment) {
    do {
      _ = try SOCKSHandshake(client: client.rawSpan, server: server.rawSpan)
      Issue.record(comment)
    } catch {
      guard case .incomplete = error else {
        Issue.record(comment)
        return
      }
    }
  }

  static let rejected: [(String, [UInt8], [UInt8])] = [
    ("another protocol", Array("SSH-2.0-x\r\n".utf8), []),
    ("no methods", [5, 0], [5, 0]),
    ("too many methods", [5, 40] + [UInt8](repeating: 0, count: 40), [5, 0]),
    ("a method twice", [5, 2, 0, 0], [5, 0]),
    ("the refusal among the methods", [5, 1, 0xFF], [5, 0xFF]),
    ("a server of another protocol", [5, 1, 0], [0, 0]),
    ("a method that was not offered", [5, 1, 0], [5, 2]),
    ("no acceptable method", [5, 1, 0], [5, 0xFF]),
    ("wrapped messages", [5, 1, 1], [5, 1]),
    ("credentials of another version", [5, 1, 2, 7, 1, 1], [5, 2]),
    ("refused credentials", [5, 1, 2] + ProxyBuilder.credentials("a", "b"), [5, 2, 1, 1]),
    ("an unknown command", [5, 1, 0, 5, 9, 0, 1], [5, 0]),
    ("a reserved byte", [5, 1, 0, 5, 1, 1, 1], [5, 0]),
    ("an unknown address type", [5, 1, 0, 5, 1, 0, 2], [5, 0]),
    ("a name of control characters", [5, 1, 0, 5, 1, 0, 3, 1, 7, 0, 80], [5, 0]),
    ("an empty name", [5, 1, 0, 5, 1, 0, 3, 0, 0, 80], [5, 0]),
    ("an unknown reply", [5, 1, 0] + ProxyBuilder.request("a", port: 1), [5, 0] + ProxyBuilder.reply(9)),
    ("version 4: datagrams", [4, 3], []),
    ("version 4: no port", [4, 1, 0, 0, 1, 2, 3, 4], []),
    ("version 4: no address", [4, 1, 0, 1, 0, 0, 0, 0], []),
    ("version 4: a user of binary", [4, 1, 0, 1, 1, 2, 3, 4, 9, 0], []),
    ("version 4: a user without an end", [4, 1, 0, 1, 1, 2, 3, 4] + [UInt8](repeating: 65, count: 300), []),
    ("version 4a: no name", [4, 1, 0, 1, 0, 0, 0, 1, 0, 0], []),
    ("version 4: another reply", ProxyBuilder.request4(IPAddress(ipv4: 9 << 24), port: 1), [0, 80, 0]),
  ]

  @Test("rejects", arguments: rejected.indices)
  func rejects(index: Int) {
    let (name, client, server) = Self.rejected[index]
    do {
      _ = try SOCKSHandshake(client: client.rawSpan, server: server.rawSpan)
      Issue.record(Comment(rawValue: name))
    } catch {
      guard case .malformed = error else {
        Issue.record("\(name): \(error)")
        return
      }
    }
  }

  @Test("a client alone tells where it wants to go, with credentials or without")
  func clientAlone() throws {
    for middle in [[], ProxyBuilder.credentials("user", "word")] {
      let client = ProxyBuilder.greeting([0, 2]) + middle + ProxyBuilder.request("api.example", port: 443)
      let handshake = try SOCKSHandshake(clientAlone: (client + [1]).rawSpan)
      #expect(handshake.destination.host == "api.example")
      #expect(handshake.clientByteCount == client.count && handshake.serverByteCount == 0)
      for count in 0..<client.count {
        #expect(throws: ParseError.self) { _ = try SOCKSHandshake(clientAlone: Array(client.prefix(count)).rawSpan) }
      }
    }
  }

  @Test("the header of relayed datagrams")
  func datagrams() throws {
    let datagram = [0, 0, 0] + ProxyBuilder.endpoint(IPAddress(ipv4: 0xC000_0201), 53) + [1, 2]
    let header = try SOCKS5DatagramHeader(datagram.rawSpan)
    #expect(header.destination == SOCKSDestination(host: "192.0.2.1", port: 53))
    #expect(header.byteCount == datagram.count - 2 && header.fragment == 0)
    for count in 0..<datagram.count - 2 {
      #expect(throws: ParseError.self) { _ = try SOCKS5DatagramHeader(Array(datagram.prefix(count)).rawSpan) }
    }
  }

  @Test("never traps on noise", arguments: 0..<8 as Range<UInt64>)
  func noise(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<2_000 {
      let input = Self.good[Int(generator.next() % UInt64(Self.good.count))]
      var (client, server) = (input.client, input.server)
      client[Int(generator.next() % UInt64(client.count))] = UInt8(truncatingIfNeeded: generator.next())
      server[Int(generator.next() % UInt64(server.count))] = UInt8(truncatingIfNeeded: generator.next())
      if let handshake = try? SOCKSHandshake(client: client.rawSpan, server: server.rawSpan) {
        #expect(handshake.clientByteCount <= client.count && handshake.serverByteCount <= server.count)
      }
      _ = try? SOCKSHandshake(clientAlone: client.rawSpan)
      _ = try? SOCKS5DatagramHeader(client.rawSpan)
    }
  }
}
