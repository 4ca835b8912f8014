/// Where in a frame's payload its content lies, between the fields before it and the padding: RFC 9113 section 6.
package struct HTTP2Layout: Equatable, Sendable, BitwiseCopyable {
  /// Bytes of fields before the content: pad length, priority, the promised stream.
  package let prefixByteCount: Int
  private let isPadded: Bool
  private let length: Int

  package init(_ header: HTTP2FrameHeader) {
    var count = 0
    let mayBePadded = header.type == .data || header.type == .headers || header.type == .pushPromise
    isPadded = mayBePadded && header.flags.contains(.padded)
    if isPadded { count += 1 }
    if header.type == .headers, header.flags.contains(.priority) { count += 5 }
    if header.type == .pushPromise { count += 4 }
    (prefixByteCount, length) = (min(count, header.length), header.length)
  }

  /// Bytes of content, once the prefix is at hand. Padding that would reach before the content leaves none of it.
  ///
  /// - Parameter prefix: the first `prefixByteCount` bytes of the payload.
  package func contentByteCount(prefix: RawSpan) -> Int {
    let padding = isPadded && !prefix.isEmpty ? Int(prefix.octets[0]) : 0
    return max(0, length - prefixByteCount - padding)
  }
}
