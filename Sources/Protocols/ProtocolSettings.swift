import Wire

/// What the owner may set of how flows are read.
package struct ProtocolSettings: Sendable {
  /// Longest message head kept, in bytes. What a longer one has beyond it is scanned, not parsed.
  package var headByteLimit = 65_536
  /// Requests of one flow that may wait for their response; the oldest is given up beyond it.
  package var outstandingRequestLimit = 128
  /// Compressed content may grow by this factor, beyond `expansionFloor`, before it counts as a bomb.
  package var expansionRatioLimit = 200
  /// Decompressed bytes of one message that are always allowed.
  package var expansionFloor = 16 << 20
  /// Whether all fields are kept for `http` events.
  package var keepsFields = false
  /// Fields that indicators look at.
  package var notedFields = FieldsOfInterest()

  package init() {}
}

/// A field that an indicator names.
package struct FieldOfInterest: Sendable {
  /// Lower case.
  package let name: String
  /// The values of interest; none stands for any.
  package let values: Set<String>

  package init(name: String, values: Set<String>) { (self.name, self.values) = (name.lowercased(), values) }
}

/// The fields that indicators name, found by the length of their names first: most heads have none that fits.
package struct FieldsOfInterest: Sendable {
  private let fields: [FieldOfInterest]
  /// Bit n is set where a name of n bytes is among them; the last bit stands for all longer ones.
  private let lengths: UInt64

  package init(_ fields: [FieldOfInterest] = []) {
    self.fields = fields
    lengths = fields.reduce(0) { $0 | Self.bit(forLength: $1.name.utf8.count) }
  }

  /// Those whose name stands in `range`, in any case.
  func named(_ bytes: RawSpan, in range: Range<Int>) -> [FieldOfInterest] {
    guard lengths & Self.bit(forLength: range.count) != 0 else { return [] }
    return fields.filter { bytes.equals($0.name, in: range) }
  }

  private static func bit(forLength length: Int) -> UInt64 { 1 << UInt64(min(length, 63)) }
}

/// What the protocol layer met, summed up for `stats`.
package struct ProtocolCounters: Sendable, Equatable {
  package var httpFlows: UInt64 = 0
  package var tlsFlows: UInt64 = 0
  package var unknownFlows: UInt64 = 0
  package var httpRequests: UInt64 = 0
  package var httpResponses: UInt64 = 0
  /// Times that an HTTP/1 direction lost its place and looked for the next message.
  package var httpResynchronisations: UInt64 = 0
  package var headLimitReached: UInt64 = 0
  package var outstandingLimitReached: UInt64 = 0
  package var decompressionFailures: UInt64 = 0
  package var expansionLimitReached: UInt64 = 0
  /// Bodies that were not decompressed for want of memory, or under too many codings.
  package var decoderLimitReached: UInt64 = 0
  /// Bytes that went through the matcher.
  package var scannedBytes: UInt64 = 0
  /// Bytes of TLS flows, stepped over.
  package var encryptedBytes: UInt64 = 0
  package var credentialSightings: UInt64 = 0

  package init() {}

  package static func += (left: inout Self, right: Self) {
    left.httpFlows &+= right.httpFlows
    left.tlsFlows &+= right.tlsFlows
    left.unknownFlows &+= right.unknownFlows
    left.httpRequests &+= right.httpRequests
    left.httpResponses &+= right.httpResponses
    left.httpResynchronisations &+= right.httpResynchronisations
    left.headLimitReached &+= right.headLimitReached
    left.outstandingLimitReached &+= right.outstandingLimitReached
    left.decompressionFailures &+= right.decompressionFailures
    left.expansionLimitReached &+= right.expansionLimitReached
    left.decoderLimitReached &+= right.decoderLimitReached
    left.scannedBytes &+= right.scannedBytes
    left.encryptedBytes &+= right.encryptedBytes
    left.credentialSightings &+= right.credentialSightings
  }
}
