import TestSupport
import Testing
import Wire

@Suite("Text form of addresses, RFC 4291 section 2.2 and RFC 5952")
struct IPAddressTextTests {
  struct Form: CustomTestStringConvertible {
    let input: String
    let canonical: String
    var testDescription: String { input }
  }

  static let forms = [
    // RFC 5952 sections 1, 4.1, 4.2.1, 4.2.2, 4.2.3 and 4.3.
    Form(input: "2001:db8:0:0:1:0:0:1", canonical: "2001:db8::1:0:0:1"),
    Form(input: "2001:0db8:0:0:1:0:0:1", canonical: "2001:db8::1:0:0:1"),
    Form(input: "2001:db8::1:0:0:1", canonical: "2001:db8::1:0:0:1"),
    Form(input: "2001:db8::0:1:0:0:1", canonical: "2001:db8::1:0:0:1"),
    Form(input: "2001:0db8::1:0:0:1", canonical: "2001:db8::1:0:0:1"),
    Form(input: "2001:DB8:0:0:1::1", canonical: "2001:db8::1:0:0:1"),
    Form(input: "2001:0db8::0001", canonical: "2001:db8::1"),
    Form(input: "2001:db8:0:0:0:0:2:1", canonical: "2001:db8::2:1"),
    Form(input: "2001:db8:0:1:1:1:1:1", canonical: "2001:db8:0:1:1:1:1:1"),
    Form(input: "2001:db8::1:1:1:1:1", canonical: "2001:db8:0:1:1:1:1:1"),
    Form(input: "2001:0:0:1:0:0:0:1", canonical: "2001:0:0:1::1"),
    Form(input: "2001:db8:aaaa:bbbb:cccc:dddd:eeee:AAAA", canonical: "2001:db8:aaaa:bbbb:cccc:dddd:eeee:aaaa"),
    // RFC 4291 section 2.2.
    Form(input: "ABCD:EF01:2345:6789:ABCD:EF01:2345:6789", canonical: "abcd:ef01:2345:6789:abcd:ef01:2345:6789"),
    Form(input: "FF01:0:0:0:0:0:0:101", canonical: "ff01::101"),
    Form(input: "0:0:0:0:0:0:0:1", canonical: "::1"),
    Form(input: "0:0:0:0:0:0:0:0", canonical: "::"),
    Form(input: "::", canonical: "::"),
    Form(input: "1::", canonical: "1::"),
    Form(input: "1:2:3:4:5:6:7::", canonical: "1:2:3:4:5:6:7:0"),
    Form(input: "::2:3:4:5:6:7:8", canonical: "0:2:3:4:5:6:7:8"),
    Form(input: "64:ff9b::192.0.2.33", canonical: "64:ff9b::c000:221"),
    Form(input: "0:0:0:0:0:FFFF:129.144.52.38", canonical: "129.144.52.38"),
    Form(input: "::ffff:7f00:1", canonical: "127.0.0.1"),
    Form(input: "0.0.0.0", canonical: "0.0.0.0"),
    Form(input: "255.255.255.255", canonical: "255.255.255.255"),
    Form(input: "192.0.2.10", canonical: "192.0.2.10"),
  ]

  @Test("reads an address and writes its one canonical form", arguments: forms)
  func canonicalForm(_ form: Form) throws {
    let address = try #require(IPAddress(form.input))
    #expect(address.description == form.canonical)
    #expect(IPAddress(form.canonical) == address)
  }

  @Test(
    "refuses what is no address",
    arguments: [
      "", " ", ".", ":", ":::", "1", "1.2.3", "1.2.3.4.5", "1.2.3.256", "1.2.3.04", "1.2.3.", ".1.2.3", "1..2.3",
      "1.2.3.4 ", " 1.2.3.4", "+1.2.3.4", "1.2.3.-4", "0x7f.0.0.1", "1.2.3.4:80", "[::1]", "::1%eth0", "fe80::1%1",
      "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::", "::1:2:3:4:5:6:7:8", "1::2::3", "12345::", "g::",
      "1:", ":1", "1:2:3:4:5:6:7:", ":2:3:4:5:6:7:8", "::1.2.3", "::1.2.3.4.5", "1.2.3.4::", "::1.2.3.4:5", ":::1",
      "1:::2", "1:2:3:4:5:6:7:1.2.3.4", "١.2.3.4", "::+1", "example.com", "2001:db8::/32",
    ])
  func refuses(_ text: String) {
    #expect(IPAddress(text) == nil)
  }

  @Test("refuses a text longer than any address")
  func refusesLong() {
    #expect(IPAddress(String(repeating: "0", count: 1 << 20)) == nil)
    #expect(IPAddress("0000:0000:0000:0000:0000:ffff:255.255.255.255") == IPAddress(ipv4: 0xFFFF_FFFF))
  }

  @Test("every address survives its own text", arguments: [0x5EED, 0x1D1D] as [UInt64])
  func roundTrip(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<2000 {
      // Zero groups are what makes text forms hard, so half of all groups are zero.
      var halves: [UInt64] = [0, 0]
      for index in 0..<8 where Bool.random(using: &generator) {
        halves[index / 4] |= UInt64(UInt16(truncatingIfNeeded: generator.next())) << UInt64(16 * (index % 4))
      }
      let address = IPAddress(high: halves[0], low: halves[1])
      #expect(IPAddress(address.description) == address, "seed \(seed)")
      let short = IPAddress(ipv4: UInt32(truncatingIfNeeded: generator.next()))
      #expect(IPAddress(short.description) == short, "seed \(seed)")
    }
  }

  @Test("mutated texts never trap", arguments: [0xADD7] as [UInt64])
  func noise(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<5000 {
      let text = generator.text(Int(generator.next() % 20), of: "0123456789abcdef::::...%g")
      if let address = IPAddress(text) {
        #expect(IPAddress(address.description) == address, "\(text), seed \(seed)")
      }
    }
  }
}
