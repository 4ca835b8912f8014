package import Wire

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Captures the frames of one interface, or of `any` of them, as they come. Not thread-safe: keep it on one thread.
package struct LiveCapture: ~Copyable {
  package let interface: String
  package let linkType: LinkType
  /// Something was asked for that the interface cannot do, and capture began without it.
  package let warning: String?

  private let handle: PcapHandle
  private let index: Int
  private let nanosecondsPerTick: Int64
  private let timeoutMilliseconds: Int32
  private var received = WideCounter()
  private var dropped = WideCounter()
  private var interfaceDropped = WideCounter()

  /// The most frames that one `poll` hands out, so that it returns under any load.
  package static let framesPerPoll = 65_536

  /// - Parameter index: what `Frame.interface` shall say.
  /// - Throws: `noPermission`, `noSuchInterface`, `invalidFilter`, `captureFailed`.
  package init(interface: String, options: LiveOptions = LiveOptions(), index: Int = 0) throws(CaptureError) {
    let handle = try PcapHandle(interface: interface)
    let warning = try handle.activate(options)
    if let filter = options.filter, !filter.isEmpty { try handle.setFilter(filter) }
    linkType = LinkType(dlt: handle.dataLink)
    nanosecondsPerTick = handle.nanosecondsPerTick
    timeoutMilliseconds = Int32(clamping: max(1, options.timeoutMilliseconds))
    (self.interface, self.index, self.warning) = (interface, index, warning)
    self.handle = handle
  }

  /// Becomes readable when frames are there: for waiting on several interfaces at once. nil where there is none.
  package var fileDescriptor: Int32? { handle.fileDescriptor }

  /// Hands out the frames that are there, and if there are none waits for them, as long as the timeout of the options.
  ///
  /// - Returns: frames handed out. Zero after the timeout or a signal. At most `framesPerPoll`, or as many as until
  ///   `body` returned false.
  /// - Throws: `captureFailed` when the interface went away or down; what `body` throws.
  package mutating func poll(
    _ body: (borrowing Frame) throws(CaptureError) -> Bool
  ) throws(CaptureError) -> Int {
    let count = try drain(body)
    guard count == 0 else { return count }
    Self.waitForFrames(on: [fileDescriptor ?? -1], timeoutMilliseconds: timeoutMilliseconds)
    return try drain(body)
  }

  /// As `poll`, without ever waiting: for several interfaces on one thread, beside `waitForFrames`.
  package mutating func drain(_ body: (borrowing Frame) throws(CaptureError) -> Bool) throws(CaptureError) -> Int {
    var count = 0
    let (scale, linkType, index) = (nanosecondsPerTick, linkType, index)
    while count < Self.framesPerPoll {
      let goesOn = try handle.next(scale: scale) { (timestamp, wireByteCount, bytes) throws(CaptureError) in
        return try body(
          Frame(
            timestamp: timestamp, wireByteCount: max(wireByteCount, bytes.byteCount), linkType: linkType,
            interface: index, bytes: bytes))
      }
      guard let goesOn else { break }
      count += 1
      if !goesOn { break }
    }
    return count
  }

  /// Waits until one of `descriptors` has frames, a signal comes or the time is over.
  ///
  /// libpcap's own timeout is of no use for that: with newer kernels it does not end on an idle interface.
  package static func waitForFrames(on descriptors: [Int32], timeoutMilliseconds: Int32) {
    var awaited = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    // SAFETY: the count is that of the array, which lives for the call. Descriptors of -1 are ignored.
    _ = unsafe systemPoll(&awaited, nfds_t(awaited.count), timeoutMilliseconds)
  }

  /// nil where the interface does not count.
  package var statistics: CaptureStatistics? {
    mutating get {
      guard let (received, dropped, interfaceDropped) = handle.counters else { return nil }
      return CaptureStatistics(
        received: self.received.update(received), dropped: self.dropped.update(dropped),
        interfaceDropped: self.interfaceDropped.update(interfaceDropped))
    }
  }
}

/// A 32-bit counter that wraps, read often enough to be followed in 64 bits.
private struct WideCounter {
  private var latest: UInt32 = 0
  private var total: UInt64 = 0

  mutating func update(_ value: UInt32) -> UInt64 {
    total &+= UInt64(value &- latest)
    latest = value
    return total
  }
}

/// `poll` of the C library, which the method of the same name hides.
private func systemPoll(_ descriptors: UnsafeMutablePointer<pollfd>, _ count: nfds_t, _ timeout: Int32) -> Int32 {
  unsafe poll(descriptors, count, timeout)
}
