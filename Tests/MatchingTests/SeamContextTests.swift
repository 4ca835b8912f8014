import Observations
import TestSupport
import Testing

@testable import Matching

@Suite("What stands before a secret")
struct SeamContextTests {
  static let text = "the pplx-rX5 of a line; Authorization: Bearer "

  @Test("is told alike wherever the stream is cut", arguments: Writing.allCases)
  func cuts(_ writing: Writing) throws {
    var matcher = try FormCase.matcher()
    let bytes = Array(writing.write(Self.text + BoundaryTests.anthropic + "\n").utf8)
    let whole = matcher.sightings(in: bytes, cutAt: [])
    #expect(whole.count == 1)
    for cut in 1..<bytes.count {
      #expect(matcher.sightings(in: bytes, cutAt: [cut]) == whole, "cut at \(cut)")
      #expect(matcher.sightings(in: bytes, cutAt: [cut, cut + 2]) == whole, "cut at \(cut) and behind")
    }
  }
}
