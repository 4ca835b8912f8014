/// How an interface is captured.
package struct LiveOptions: Sendable, Equatable {
  /// Bytes kept of each frame. The default, libpcap's largest, keeps all of what segmentation offload makes.
  package var snapshotByteCount = 262_144
  /// The kernel's ring for each interface, in bytes. It holds what arrives while the sensor is busy.
  package var bufferByteCount = 16 << 20
  /// Also frames for other machines: on a mirror port. Off, because a host's own traffic needs no more.
  package var isPromiscuous = false
  /// How long frames may gather before they are handed over together, and how long `poll` waits.
  package var timeoutMilliseconds = 100
  /// Hands each frame over at once. Off: it makes libpcap give every frame room for the whole snapshot length, so that
  /// the default ring holds 64 frames.
  package var isImmediate = false
  /// A filter in the language of pcap-filter(7), run in the kernel.
  package var filter: String?

  package init() {}
}

/// What the kernel and the driver counted since capture began.
package struct CaptureStatistics: Sendable, Equatable {
  /// Frames that passed the filter, those dropped included.
  package var received: UInt64 = 0
  /// Frames lost because the ring was full: the sensor was too slow, or the ring too small.
  package var dropped: UInt64 = 0
  /// Frames lost by the interface or its driver. Zero may also mean that it does not count them.
  package var interfaceDropped: UInt64 = 0

  package init(received: UInt64 = 0, dropped: UInt64 = 0, interfaceDropped: UInt64 = 0) {
    (self.received, self.dropped, self.interfaceDropped) = (received, dropped, interfaceDropped)
  }
}
