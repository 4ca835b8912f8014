import TestSupport
import Testing
import Wire

@testable import Streams

@Suite("Hashes")
struct HashTests {
  @Test("Both directions of a flow have one hash, and other flows have others")
  func symmetry() {
    var generator = SeededGenerator(seed: 1)
    var seen: Set<UInt64> = []
    for index in 0..<2_000 {
      let ends = (0..<2).map { _ in
        Endpoint(
          index.isMultiple(of: 2)
            ? IPAddress(ipv4: UInt32(truncatingIfNeeded: generator.next() & 0xFF))
            : IPAddress(high: generator.next() & 3, low: generator.next() & 0xFF),
          port: UInt16(truncatingIfNeeded: generator.next() & 0x3FF))
      }
      let there = Packet(source: ends[0], destination: ends[1], transport: .tcp, payload: 0..<0, datagramByteCount: 0)
      let back = Packet(source: ends[1], destination: ends[0], transport: .tcp, payload: 0..<0, datagramByteCount: 0)
      #expect(flowHash(there) == flowHash(back))
      seen.insert(flowHash(there))
      var datagram = there
      datagram.transport = .udp
      seen.insert(flowHash(datagram))
    }
    #expect(seen.count > 3_990)
  }

  @Test("Neighbouring addresses and ports spread evenly over shards and cells")
  func spread() {
    var shards = [Int](repeating: 0, count: 8)
    var cells = [Int](repeating: 0, count: 64)
    for port in 0..<8_000 as Range<UInt16> {
      let packet = Packet(
        source: Endpoint(IPAddress(ipv4: 0x0A00_0001), port: port + 32_768),
        destination: Endpoint(IPAddress(ipv4: 0x0A00_0002), port: 443), transport: .tcp, payload: 0..<0,
        datagramByteCount: 0)
      shards[Int(flowHash(packet) % 8)] += 1
      cells[Int(flowHash(packet) >> 32) & 63] += 1
    }
    #expect(shards.allSatisfy { (850...1_150).contains($0) }, "\(shards)")
    #expect(cells.allSatisfy { (70...180).contains($0) }, "\(cells)")
  }

  @Test("Every byte of a payload and its length matter", arguments: [1, 7, 8, 15, 16, 17, 47, 48, 49, 64, 100, 1_448])
  func content(length: Int) {
    let bytes = [UInt8].numbered(length)
    var seen: Set<UInt64> = [ContentHash.of(bytes.rawSpan), ContentHash.of((bytes + [0]).rawSpan)]
    for index in 0..<length {
      var changed = bytes
      changed[index] ^= 0x80
      seen.insert(ContentHash.of(changed.rawSpan))
    }
    #expect(seen.count == length + 2)
    #expect(ContentHash.of(bytes.rawSpan) == ContentHash.of(Array(bytes).rawSpan))
  }

  @Test("Two changes in the same place of different words do not cancel each other")
  func pairs() {
    let bytes = [UInt8](repeating: 0x41, count: 192)
    var seen: Set<UInt64> = []
    for index in 0..<144 {
      for difference in [1, 0x80, 0xFF] as [UInt8] {
        var changed = bytes
        changed[index] ^= difference
        changed[index + 48] ^= difference
        seen.insert(ContentHash.of(changed.rawSpan))
      }
    }
    #expect(seen.count == 144 * 3)
  }
}

@Suite("The cell table")
struct CellTableTests {
  private func slots(_ table: CellTable, _ hash: UInt32) -> [Int] {
    var probe = table.probe(hash)
    var found: [Int] = []
    while let slot = table.next(hash, &probe) { found.append(slot) }
    return found
  }

  @Test("It agrees with a dictionary over random insertions and removals", arguments: 0..<4)
  func model(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    var table = CellTable(capacity: 64)
    var model: [Int: UInt32] = [:]
    for step in 0..<4_000 {
      // Few hashes, so that runs are long and wrap around.
      let slot = Int.random(in: 0..<64, using: &generator)
      if let hash = model.removeValue(forKey: slot) {
        table.remove(hash, slot: slot)
      } else {
        let hash = UInt32.random(in: 0..<12, using: &generator) &* 0x2492_4921
        let isInserted = table.insert(hash, slot: slot)
        #expect(isInserted)
        model[slot] = hash
      }
      guard step.isMultiple(of: 50) else { continue }
      for hash in Set(model.values) {
        #expect(Set(slots(table, hash)) == Set(model.filter { $0.value == hash }.keys), "seed \(seed), step \(step)")
      }
    }
  }

  @Test("A run of equal hashes ends at the limit, and then gives one place for another")
  func collisions() {
    var table = CellTable(capacity: 1_000)
    for slot in 0..<CellTable.probeLimit {
      let isInserted = table.insert(7, slot: slot)
      #expect(isInserted)
    }
    let isInserted = table.insert(7, slot: 999)
    #expect(!isInserted)
    #expect(table.occupants(7).count == CellTable.probeLimit)
    table.replace(100, with: 999, near: 7)
    #expect(slots(table, 7).count == CellTable.probeLimit)
    #expect(slots(table, 7).contains(999))
    #expect(!slots(table, 7).contains(100))
    for slot in 0..<CellTable.probeLimit where slot != 100 { table.remove(7, slot: slot) }
    #expect(slots(table, 7) == [999])
  }
}
