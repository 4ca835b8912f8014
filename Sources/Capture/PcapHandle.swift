import CLibpcap

/// Owns one live `pcap_t` and closes it exactly once. Not thread-safe: keep it on the capture thread.
@safe
struct PcapHandle: ~Copyable {
  private let raw: OpaquePointer
  private let interface: String

  init(interface: String) throws(CaptureError) {
    var reason = ErrorBuffer()
    guard let raw = unsafe pcap_create(interface, &reason.bytes) else {
      throw .captureFailed(interface: interface, reason: reason.text)
    }
    unsafe self.raw = raw
    self.interface = interface
  }

  // SAFETY: `raw` was made in `init`, and this value is its only owner.
  deinit { unsafe pcap_close(raw) }

  /// Begins to capture.
  ///
  /// - Returns: what libpcap warns of; nil when all is as asked.
  borrowing func activate(_ options: LiveOptions) throws(CaptureError) -> String? {
    // Each setter fails only on a handle that is active already.
    unsafe pcap_set_snaplen(raw, CInt(clamping: options.snapshotByteCount))
    unsafe pcap_set_promisc(raw, options.isPromiscuous ? 1 : 0)
    // Zero would let frames wait for ever in a buffer that does not fill.
    unsafe pcap_set_timeout(raw, CInt(clamping: max(1, options.timeoutMilliseconds)))
    unsafe pcap_set_buffer_size(raw, CInt(clamping: options.bufferByteCount))
    unsafe pcap_set_immediate_mode(raw, options.isImmediate ? 1 : 0)
    // Refused where there are only microseconds; `nanosecondsPerTick` tells.
    _ = unsafe pcap_set_tstamp_precision(raw, PCAP_TSTAMP_PRECISION_NANO)
    let code = unsafe pcap_activate(raw)
    if code < 0 { throw activationError(code) }
    var reason = ErrorBuffer()
    guard unsafe pcap_setnonblock(raw, 1, &reason.bytes) == 0 else {
      throw .captureFailed(interface: interface, reason: reason.text)
    }
    return code == 0 ? nil : message(code)
  }

  private borrowing func activationError(_ code: CInt) -> CaptureError {
    switch code {
    case PCAP_ERROR_PERM_DENIED, PCAP_ERROR_PROMISC_PERM_DENIED:
      .noPermission(interface: interface, reason: message(code))
    case PCAP_ERROR_NO_SUCH_DEVICE:
      .noSuchInterface(interface: interface, known: knownInterfaceNames())
    default: .captureFailed(interface: interface, reason: message(code))
    }
  }

  /// The meaning of a status code, and what libpcap has to add.
  private borrowing func message(_ code: CInt) -> String {
    // SAFETY: both give terminated strings, one static, one valid as long as the handle.
    let (meaning, detail) = unsafe (String(cString: pcap_statustostr(code)), String(cString: pcap_geterr(raw)))
    if code == PCAP_ERROR || code == PCAP_WARNING { return detail }
    return detail.isEmpty || detail == meaning ? meaning : "\(meaning) (\(detail))"
  }

  borrowing func setFilter(_ expression: String) throws(CaptureError) {
    var program = unsafe bpf_program()
    guard unsafe pcap_compile(raw, &program, expression, 1, PCAP_NETMASK_UNKNOWN) == 0 else {
      throw .invalidFilter(expression: expression, reason: message(PCAP_ERROR))
    }
    // SAFETY: the program was compiled above; the handle keeps a copy of it.
    defer { unsafe pcap_freecode(&program) }
    guard unsafe pcap_setfilter(raw, &program) == 0 else {
      throw .captureFailed(interface: interface, reason: message(PCAP_ERROR))
    }
  }

  var dataLink: CInt { unsafe pcap_datalink(raw) }

  var nanosecondsPerTick: Int64 {
    unsafe pcap_get_tstamp_precision(raw) == PCAP_TSTAMP_PRECISION_NANO ? 1 : 1_000
  }

  /// Becomes readable when frames are there.
  var fileDescriptor: CInt? {
    let descriptor = unsafe pcap_get_selectable_fd(raw)
    return descriptor >= 0 ? descriptor : nil
  }

  /// Received, dropped, dropped by the interface: 32-bit counters that wrap.
  var counters: (UInt32, UInt32, UInt32)? {
    var status = pcap_stat()
    guard unsafe pcap_stats(raw, &status) == 0 else { return nil }
    return (status.ps_recv, status.ps_drop, status.ps_ifdrop)
  }

  /// Calls `body` with the next frame, if one is there: its time, its length on the wire and its bytes.
  ///
  /// - Parameter scale: `nanosecondsPerTick`.
  /// - Returns: what `body` says; nil when there is no frame.
  borrowing func next(
    scale: Int64, _ body: (Int64, Int, RawSpan) throws(CaptureError) -> Bool
  ) throws(CaptureError) -> Bool? {
    var header: UnsafeMutablePointer<pcap_pkthdr>?
    var data: UnsafePointer<UInt8>?
    let code = unsafe pcap_next_ex(raw, &header, &data)
    guard code != 0 else { return nil }
    guard code == 1, let header = unsafe header, let start = unsafe data else {
      throw .captureFailed(interface: interface, reason: message(code))
    }
    // SAFETY: libpcap returned 1, so both pointers are set and stay valid until its next call. The span hangs on the
    // `let` copy: hung on the `var` that C fills in, the compiler would box that variable for each frame.
    let captured = unsafe header.pointee
    let bytes = unsafe RawSpan(_unsafeStart: start, byteCount: Int(captured.caplen))
    let timestamp = CaptureTime.clamped(
      seconds: Int64(captured.ts.tv_sec), nanoseconds: Int64(captured.ts.tv_usec) &* scale)
    return try body(timestamp, Int(captured.len), bytes)
  }
}

/// Where libpcap writes why a call failed that has no handle.
struct ErrorBuffer {
  var bytes = [CChar](repeating: 0, count: Int(PCAP_ERRBUF_SIZE))

  var text: String { String(decoding: bytes.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self) }
}
