/// Where output is written before it is looked at: one for each worker, lent to one decompressor after another.
package struct DecompressionWindow: ~Copyable {
  var storage: [UInt8]

  /// - Parameter byteCount: the most bytes that one piece of output has; at least 1.
  package init(byteCount: Int = 65_536) { storage = [UInt8](repeating: 0, count: max(1, byteCount)) }

  package var byteCount: Int { storage.count }

  /// The output of the latest step.
  @_lifetime(borrow self)
  borrowing func output(_ count: Int) -> RawSpan { RawSpan(_elements: storage.span).extracting(..<count) }
}
