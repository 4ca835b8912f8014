import Streams
import Testing
import Wire

/// The first version of a place is the stream, whatever the receiver does; a different later one is told beside it.
@Suite("TCP overlaps: the first version wins, both are told")
struct OverlapTests {
  struct Cell: Sendable, CustomTestStringConvertible {
    let name: String
    /// Places of the segments that come first, then of the one that overlaps them.
    let first: [Range<Int>]
    let second: Range<Int>
    var testDescription: String { name }
  }

  static let cells = [
    Cell(name: "exact", first: [10..<20], second: 10..<20),
    Cell(name: "left part", first: [10..<20], second: 5..<15),
    Cell(name: "right part", first: [10..<20], second: 15..<25),
    Cell(name: "contained", first: [10..<20], second: 12..<18),
    Cell(name: "containing", first: [10..<20], second: 5..<25),
    Cell(name: "same start, longer", first: [10..<20], second: 10..<25),
    Cell(name: "same end, longer", first: [10..<20], second: 5..<20),
    Cell(name: "three ways", first: [10..<15, 18..<22], second: 12..<20),
    Cell(name: "over two holes", first: [10..<12, 14..<16, 18..<20], second: 8..<22),
  ]

  private let whole = [UInt8].numbered(40)

  /// Held segments are compared byte by byte.
  @Test("Against held segments", arguments: cells, [true, false])
  func held(cell: Cell, isSame: Bool) {
    let listener = Listener()
    listener.handshake()
    for range in cell.first { listener.send(.toServer, at: range.lowerBound, Array(whole[range])) }
    let second = isSame ? Array(whole[cell.second]) : Array(whole[cell.second]).flipped()
    listener.send(.toServer, at: cell.second.lowerBound, second)
    listener.send(.toServer, at: 0, whole)
    var expected = whole
    if !isSame {
      for place in cell.second where !cell.first.contains(where: { $0.contains(place) }) {
        expected[place] = ~whole[place]
      }
    }
    #expect(listener.stream(.toServer) == expected)
    #expect(listener.gaps(.toServer).isEmpty)
    let isContained = cell.second.allSatisfy { place in cell.first.contains { $0.contains(place) } }
    // What fills the holes at last overlaps the second segment, whose bytes it differs from.
    let fillerDiffers = !isSame && !isContained
    #expect(listener.alternates(.toServer) == (isSame ? [] : [second]) + (fillerDiffers ? [whole] : []))
    #expect(listener.counters.overlapsWithDifferentData == (isSame ? 0 : 1) + (fillerDiffers ? 1 : 0))
    #expect(listener.counters.retransmissions == (isContained ? 1 : 0))
    #expect(listener.counters.overlaps == (isContained ? 0 : 1) + 1)
  }

  /// Delivered segments are compared by what is remembered of them.
  @Test("Against delivered segments of the same places", arguments: [true, false])
  func delivered(isSame: Bool) {
    let listener = Listener()
    listener.handshake()
    listener.send(.toServer, at: 0, Array(whole[0..<10]))
    listener.send(.toServer, at: 10, Array(whole[10..<20]))
    let second = isSame ? Array(whole[0..<10]) : Array(whole[0..<10]).flipped()
    listener.send(.toServer, at: 0, second)
    #expect(listener.stream(.toServer) == Array(whole[0..<20]))
    #expect(listener.alternates(.toServer) == (isSame ? [] : [second]))
    #expect(listener.counters.retransmissions == 1)
    #expect(listener.counters.overlapsWithDifferentData == (isSame ? 0 : 1))
    #expect(listener.counters.unverifiedRetransmissions == 0)
  }

  @Test("One retransmission of several segments is compared with each", arguments: [true, false])
  func coalesced(isSame: Bool) {
    let listener = Listener()
    listener.handshake()
    for start in stride(from: 0, to: 40, by: 10) {
      listener.send(.toServer, at: start, Array(whole[start..<start + 10]))
    }
    var second = Array(whole[10..<40])
    if !isSame { second[25] ^= 1 }
    listener.send(.toServer, at: 10, second)
    #expect(listener.alternates(.toServer) == (isSame ? [] : [second]))
    #expect(listener.counters.overlapsWithDifferentData == (isSame ? 0 : 1))
  }

  @Test("Part of a delivered segment cannot be compared, and is told again")
  func unverified() {
    let listener = Listener()
    listener.handshake()
    listener.send(.toServer, at: 0, whole)
    listener.send(.toServer, at: 5, Array(whole[5..<15]))
    #expect(listener.stream(.toServer) == whole)
    #expect(listener.alternates(.toServer) == [Array(whole[5..<15])])
    #expect(listener.counters.unverifiedRetransmissions == 1)
    #expect(listener.counters.overlapsWithDifferentData == 0)
  }

  @Test("What was delivered nine segments ago cannot be compared any more")
  func historyBound() {
    let listener = Listener()
    listener.handshake()
    for start in 0..<9 { listener.send(.toServer, at: start * 2, [1, 2]) }
    listener.send(.toServer, at: 2, [1, 2])
    #expect(listener.counters.unverifiedRetransmissions == 0)
    listener.send(.toServer, at: 0, [1, 2])
    #expect(listener.counters.unverifiedRetransmissions == 1)
  }

  @Test("A segment that begins before the next byte gives its new part", arguments: [true, false])
  func partlyOld(isSame: Bool) {
    let listener = Listener()
    listener.handshake()
    listener.send(.toServer, at: 0, Array(whole[0..<10]))
    var second = Array(whole[0..<25])
    if !isSame { second[3] ^= 1 }
    listener.send(.toServer, at: 0, second)
    #expect(listener.stream(.toServer) == Array(whole[0..<25]))
    // The whole of it is told, so that a secret which crosses the border is found in either version.
    #expect(listener.alternates(.toServer) == (isSame ? [] : [second]))
    #expect(listener.counters.overlaps == 1)
    #expect(listener.counters.overlapsWithDifferentData == (isSame ? 0 : 1))
  }

  @Test("Held bytes win over later ones in order", arguments: [true, false])
  func fillerOverlapsHeld(isSame: Bool) {
    let listener = Listener()
    listener.handshake()
    listener.send(.toServer, at: 10, Array(whole[10..<20]))
    let filler = isSame ? Array(whole[0..<30]) : Array(whole[0..<30]).flipped()
    listener.send(.toServer, at: 0, filler)
    #expect(listener.stream(.toServer) == Array(filler[0..<10]) + Array(whole[10..<20]) + Array(filler[20..<30]))
    #expect(listener.alternates(.toServer) == (isSame ? [] : [filler]))
  }
}
