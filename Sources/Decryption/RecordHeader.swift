/// What of a record is authenticated besides its content.
struct RecordHeader {
  let contentType: UInt8
  let version: UInt16
  let sequence: UInt64

  /// `seq_num + type + version + length`: RFC 5246 sections 6.2.3.1 and 6.2.3.3.
  func bytes(length: Int, into output: inout [UInt8]) {
    output.removeAll(keepingCapacity: true)
    for shift in stride(from: 56, through: 0, by: -8) { output.append(UInt8(truncatingIfNeeded: sequence >> shift)) }
    appendFields(length: length, to: &output)
  }

  /// `opaque_type || legacy_record_version || length`: RFC 8446 section 5.2.
  func bytesOfTLS13(length: Int, into output: inout [UInt8]) {
    output.removeAll(keepingCapacity: true)
    appendFields(length: length, to: &output)
  }

  private func appendFields(length: Int, to output: inout [UInt8]) {
    output += [
      contentType, UInt8(truncatingIfNeeded: version >> 8), UInt8(truncatingIfNeeded: version),
      UInt8(truncatingIfNeeded: length >> 8), UInt8(truncatingIfNeeded: length),
    ]
  }
}
