import Foundation
import Sensor
import Streams
import TestSupport
import Testing

@Suite("Hostile input: damaged captures never crash, hang or grow the sensor")
struct HostileInputTests {
  /// Variants of each capture; with 20 captures 8,000 in all.
  private static let variantCount = 400
  /// Larger captures are damaged in their first bytes: what follows the head is alike.
  private static let byteLimit = 12_000

  @Test("survives flips, cuts and doublings", arguments: BundledCapture.all)
  func survives(_ capture: BundledCapture) throws {
    let whole = Array(try Data(contentsOf: capture.file).prefix(Self.byteLimit))
    var replay = InMemoryReplay()
    replay.settings.streams.flows = 64
    replay.settings.streams.heldBytes = 1 << 20
    var generator = SeededGenerator(seed: capture.name.utf8.reduce(0) { $0 &* 31 &+ UInt64($1) })
    var readable = 0
    for variant in 0..<Self.variantCount {
      let damaged = damage(whole, &generator)
      let outcome = try replay.run(damaged, named: "\(capture.name)-\(variant)")
      #expect(outcome.counters.streams.heldPeak <= 16 << 20)
      #expect(outcome.counters.activeFlows == 0)
      if outcome.counters.streams.flows > 0 { readable += 1 }
    }
    // Damage that left nothing to read would prove little.
    #expect(readable > Self.variantCount / 4)
  }

  private func damage(_ whole: [UInt8], _ generator: inout SeededGenerator) -> [UInt8] {
    var bytes = whole
    // The file header is spared, or most variants would be refused at once.
    let start = 24
    for _ in 0..<Int(1 + generator.next() % 40) {
      let position = start + Int(generator.next() % UInt64(bytes.count - start))
      switch generator.next() % 16 {
      case 0: bytes.removeLast(min(bytes.count - start - 1, Int(generator.next() % 200)))
      case 1:
        let end = min(bytes.count, position + Int(generator.next() % 300))
        bytes.insert(contentsOf: bytes[position..<end], at: position)
      case 2:
        let end = min(bytes.count, position + Int(generator.next() % 8))
        if bytes.count - (end - position) > start + 64 { bytes.removeSubrange(position..<end) }
      default: bytes[position] = UInt8(truncatingIfNeeded: generator.next())
      }
    }
    return bytes
  }
}
