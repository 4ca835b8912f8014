import CLibpcap
import Wire

/// A filter in the language of pcap-filter(7), run over frames of savefiles.
///
/// What it compiles to depends on the link type, so it is compiled for each when the first frame of it comes. Not
/// thread-safe.
@safe
package struct PacketFilter: ~Copyable {
  package let expression: String
  private var programs: [LinkType: Program] = [:]
  /// The program in use, and what for: files seldom change their link type.
  private var current: Program
  private var currentLinkType: LinkType

  /// - Throws: `invalidFilter` when the expression compiles neither for Ethernet nor for another common link type:
  ///   `inbound`, for one, is understood of cooked captures only.
  package init(expression: String) throws(CaptureError) {
    let first: Program
    do throws(CaptureError) {
      first = try Program(expression, for: .ethernet)
      currentLinkType = .ethernet
    } catch {
      guard let other = Self.firstCompiled(expression, among: [.linuxSLL, .linuxSLL2, .raw, .null]) else { throw error }
      (first, currentLinkType) = (other.program, other.linkType)
    }
    self.expression = expression
    current = first
    programs[currentLinkType] = first
  }

  // SAFETY: every program was compiled in `init` or `prepare`, stands in the table once, and has no other owner.
  deinit { for program in programs.values { program.free() } }

  /// Whether the filter lets the frame pass. Frames of link types that are not decoded pass where the filter means
  /// nothing, so that they are counted as such later on.
  ///
  /// - Throws: `invalidFilter` when the expression cannot be meant for the frame's link type.
  package mutating func matches(_ frame: borrowing Frame) throws(CaptureError) -> Bool {
    if frame.linkType != currentLinkType { try prepare(frame.linkType) }
    return current.matches(frame.bytes, wireByteCount: frame.wireByteCount)
  }

  private mutating func prepare(_ linkType: LinkType) throws(CaptureError) {
    if let known = programs[linkType] {
      current = known
    } else {
      current = try Self.program(expression, for: linkType)
      programs[linkType] = current
    }
    currentLinkType = linkType
  }

  private static func program(_ expression: String, for linkType: LinkType) throws(CaptureError) -> Program {
    do throws(CaptureError) {
      return try Program(expression, for: linkType)
    } catch {
      guard !PacketDecoder.supports(linkType) else { throw error }
      return .passing
    }
  }

  private static func firstCompiled(
    _ expression: String, among linkTypes: [LinkType]
  ) -> (program: Program, linkType: LinkType)? {
    for linkType in linkTypes {
      do throws(CaptureError) { return (try Program(expression, for: linkType), linkType) } catch { continue }
    }
    return nil
  }

  /// What libpcap calls itself: name and version.
  package static func libpcapVersion() -> String {
    // SAFETY: a static, terminated string.
    unsafe String(cString: pcap_lib_version())
  }
}

/// SKF_LL_OFF of Linux, -0x200000: the lowest of its special offsets.
private let kernelLoads: UInt32 = 0xFFE0_0000

/// One compiled program. Whoever holds it last frees it.
@safe
private struct Program: BitwiseCopyable {
  private var code: bpf_program

  /// A program of no instructions: lets everything pass.
  static var passing: Program { Program() }

  private init() { unsafe code = bpf_program() }

  init(_ expression: String, for linkType: LinkType) throws(CaptureError) {
    unsafe code = bpf_program()
    guard let handle = unsafe pcap_open_dead(linkType.dlt, CInt(FrameRecord.byteCountLimit)) else {
      throw .invalidFilter(expression: expression, reason: "not enough memory to compile it")
    }
    // SAFETY: the handle was opened above; the compiled program does not refer to it.
    defer { unsafe pcap_close(handle) }
    guard unsafe pcap_compile(handle, &code, expression, 1, PCAP_NETMASK_UNKNOWN) == 0 else {
      throw .invalidFilter(expression: expression, reason: unsafe String(cString: pcap_geterr(handle)))
    }
    guard !asksTheKernel else {
      free()
      throw .invalidFilter(
        expression: expression,
        reason: "what it asks is known while capturing, and is not in captures of this link type")
    }
  }

  /// Whether a load is from behind the packet, where Linux keeps what it knows of it: the direction, the interface.
  /// libpcap, not knowing that this is no live capture, makes such loads, and its own interpreter fails them.
  private var asksTheKernel: Bool {
    // SAFETY: libpcap made a program of as many instructions as it says.
    let instructions = unsafe UnsafeBufferPointer(start: code.bf_insns, count: Int(code.bf_len))
    return unsafe instructions.contains { $0.code & 0xE7 == UInt16(BPF_LD | BPF_ABS) && $0.k >= kernelLoads }
  }

  func free() {
    var code = unsafe code
    unsafe pcap_freecode(&code)
  }

  func matches(_ bytes: RawSpan, wireByteCount: Int) -> Bool {
    guard unsafe code.bf_len > 0 else { return true }
    var header = pcap_pkthdr()
    header.caplen = UInt32(clamping: bytes.byteCount)
    header.len = UInt32(clamping: wireByteCount)
    return unsafe bytes.withUnsafeBytes { buffer in
      // A frame of no bytes passes no filter.
      guard let start = buffer.baseAddress else { return false }
      // SAFETY: the interpreter reads nothing behind the captured length, and writes nothing.
      var code = unsafe code
      return unsafe pcap_offline_filter(&code, &header, start.assumingMemoryBound(to: UInt8.self)) != 0
    }
  }
}
