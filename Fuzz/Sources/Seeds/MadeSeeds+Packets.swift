import Foundation
import TestSupport
import Wire

// Below the flows, and what several protocols share.
extension MadeSeeds {
  static let client = Endpoint(IPAddress(ipv4: 0x0A00_0001), port: 50_000)
  static let server = Endpoint(IPAddress(ipv4: 0x0A00_0002), port: 80)

  static var packets: [[UInt8]] {
    typealias Build = PacketBuilder
    let payload = text("GET / HTTP/1.1\r\nAuthorization: Bearer \(key)\r\n\r\n")
    let segment = Build.tcpSegment(from: client, to: server, sequence: 1, flags: .ack, payload: payload)
    let inner = Build.ipv4(from: client.address, to: server.address, .tcp, segment)
    func over(_ transport: UInt8, _ bytes: [UInt8]) -> [UInt8] {
      Build.ethernet(Build.ipv4(from: client.address, to: server.address, IPProtocol(rawValue: transport), bytes))
    }
    func overUDP(_ port: UInt16, _ bytes: [UInt8]) -> [UInt8] {
      Build.udp(from: client, to: Endpoint(server.address, port: port), payload: bytes)
    }
    let frames = [
      over(47, Build.gre(inner, type: 0x0800, checksum: 1, key: 2, sequence: 3)), over(4, inner),
      over(47, Build.erspan(Build.ethernet(inner), type: 2)), over(47, Build.erspan(Build.ethernet(inner), type: 3)),
      overUDP(4_789, Build.vxlan(Build.ethernet(inner))),
      overUDP(6_081, Build.geneve(inner, type: 0x0800, optionWords: 2)),
      overUDP(2_152, Build.gtp(inner, sequence: 1, extensions: [[1, 2]])), overUDP(3_544, inner),
      Build.ethernet(Build.mpls(inner, labels: [16, 17]), etherType: 0x8847), Build.pppoe(inner),
      Build.ethernet(inner, vlans: [5, 6]), Build.snap(inner),
    ]
    let fragments = Build.fragments(
      from: client.address, to: server.address, .tcp, segment, identification: 7, size: 24
    ).flatMap { Script.step(1, Build.ethernet($0)) }
    return frames.map { [0, 0] + Script.step(1, $0) } + [[0, 0] + fragments]
  }

  static var savefiles: [[UInt8]] {
    let frame = PacketBuilder.udp(from: client, to: server, payload: text("hello"))
    let plain = PcapBuilder.pcap([(timestamp: 1 << 60, frame: frame), (timestamp: 1 << 60 + 1, frame: frame)])
    let words: [UInt32] = [
      0x0A0D_0D0A, 28, 0x1A2B_3C4D, 0x0000_0001, 0xFFFF_FFFF, 0xFFFF_FFFF, 28, 1, 20, 1, 262_144, 20, 6, 36, 0, 1, 2, 4,
      4, 0xDEAD_BEEF, 36, 0x0A, 24, 0x544C_534B, 4, 0x6162_6364, 24,
    ]
    var blocks: [UInt8] = []
    for word in words { blocks += [0, 8, 16, 24].map { UInt8(truncatingIfNeeded: word >> $0) } }
    // A frame of zstd with one raw block.
    let size = UInt32(plain.count << 3 | 1)
    let zstd = [0x28, 0xB5, 0x2F, 0xFD, 0, 0x58] + [0, 8, 16].map { UInt8(truncatingIfNeeded: size >> $0) } + plain
    return [plain, blocks, zstd]
  }

  static let reassembly: [[UInt8]] = ([0, 1, 2] as [UInt8]).map { kind in
    [kind, 0] + [0, 0, 0, 64, 0x20] + [0, 128, 0, 64, 0x20] + [0, 64, 0, 64, 0x20] + [0, 64, 0, 32, 0x20] + [
      0, 192, 0, 64, 0x21,
    ]
  }

  /// The same text in each coding.
  static let decompression: [[UInt8]] = [
    (
      0,
      """
      H4sIAAAAAAACA33Kuw2AMAxF0VU8AAXhDy2TBGJEJIijxA3bAz287h7pzhKUg5JsZGkRd5HuVp+OzIlWOWPinNlNdPjAVL6j\
      1+JLBqgCqoEaoBaoA+qBBqARyJSQ5oc3lPw+K34BAAA=
      """
    ),
    (
      1,
      """
      eNp9yrsNgDAMRdFVPAAF4Q8tkwRiRCSIo8QN2wM9vO4e6c4SlIOSbGRpEXeR7lafjsyJVjlj4pzZTXT4wFS+o9fiSwaoAqqB\
      GqAWqAPqgQagEciUkOaHN5yXdR0=
      """
    ),
    (
      4,
      """
      fMq7DYAwDEXRVTwABeEPLZMEYkQkiKPEDdsDPbzuHunOEpSDkmxkaRF3ke5Wn47MiVY5Y+Kc2U10+MBUvqPX4ksGqAKqgRqg\
      FqgD6oEGoBHIlJDmhzcAAAD//w==
      """
    ),
    (2, "G30B4MXcRqke3bD5fK0NnDCQBxGZcAAy1UBijuAg/h48bjhJClRwBb0FV/WhtP6ro2PZVhDOhH2nsnoNGjVp1qJV286EMA=="),
    (
      3,
      """
      KLUv/WB+ALUCADLEDhGQfa8F0eQH7noKpT/o5fpzDiIIldAxhQwBOH2JP3y8tP6Cce+os8XvdYz52/M2+XeI3beX+PmN/GIW\
      DKgQ2Oz/PbDjARD+j4RIyOMUAkrdCyBl
      """
    ),
  ].map { kind, encoded in [UInt8(kind), 7] + [UInt8](Data(base64Encoded: encoded) ?? Data()) }
}
