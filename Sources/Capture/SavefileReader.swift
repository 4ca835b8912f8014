import Wire

/// Reads a capture file from start to end, frames in place: pcap and pcapng, plain, gzip or zstd compressed.
///
/// Not libpcap's reader: that refuses pcapng files of mixed link types, does not say where a file is damaged and hides
/// the secrets inside. Memory is one buffer of 256 KiB, which grows to the largest record met, 16 MiB at most, and
/// for compressed files as much again and the decompressor, whose window is up to 128 MiB with zstd. Not thread-safe:
/// keep it on one thread.
package struct SavefileReader: ~Copyable {
  /// The path, or the name given to bytes in memory.
  package let name: String
  /// Packets delivered so far; also the 1-based number of the latest one.
  package private(set) var packetCount: UInt64 = 0

  private var source: ReadAhead
  /// nil: the file is pcapng.
  private let pcap: PcapFormat?
  private var pcapng = PcapngFormat()

  /// Opens a file, a FIFO or, for `-`, standard input, and reads its header. Waits for a FIFO's writer.
  ///
  /// - Throws: `cannotOpen`, `notACapture`, `unsupported`; `damaged` when the file ends inside its header.
  package init(path: String) throws(CaptureError) {
    try self.init(SavefileInput(path: path), name: path == "-" ? "standard input" : path)
  }

  /// Reads a capture that is in memory.
  package init(bytes: [UInt8], name: String) throws(CaptureError) {
    try self.init(SavefileInput(bytes: bytes, name: name), name: name)
  }

  private init(_ input: consuming SavefileInput, name: String) throws(CaptureError) {
    self.name = name
    var source = ReadAhead(input)
    pcap = try Self.recognise(&source, name)
    self.source = source
  }

  /// Bytes taken from the file so far, compressed if it is: for showing progress.
  package var bytesRead: Int { source.bytesRead }
  /// The size of the file; nil where there is no saying, as with a FIFO.
  package var totalBytes: Int? { source.totalByteCount }

  /// The interfaces described so far: `Frame.interface` counts in this list. All sections of a pcapng file share it.
  package var interfaces: [CapturedInterface] {
    guard let pcap else { return pcapng.interfaces }
    return [CapturedInterface(name: nil, linkType: pcap.linkType)]
  }

  /// Calls `body` with each frame in file order until the file ends or `body` returns false; the next call goes on
  /// behind that frame.
  ///
  /// From a FIFO, what has arrived is delivered before more is waited for.
  /// - Parameter secrets: is called with the contents of each Decryption Secrets Block, between the frames that it
  ///   stands between. It must keep a copy of what it needs.
  /// - Throws: `damaged` once every frame before the damage has been delivered; what `body` throws.
  package mutating func forEachFrame(
    secrets: (SecretsType, RawSpan) -> Void = { _, _ in },
    _ body: (borrowing Frame) throws(CaptureError) -> Bool
  ) throws(CaptureError) {
    while let record = try next(secrets) {
      packetCount &+= 1
      // Also when `body` throws.
      defer { source.advance(by: record.recordByteCount) }
      guard try body(frame(record)) else { return }
    }
  }

  @_lifetime(borrow self)
  private borrowing func frame(_ record: FrameRecord) -> Frame {
    Frame(
      timestamp: record.timestamp, wireByteCount: record.wireByteCount, linkType: record.linkType,
      interface: record.interface,
      bytes: source.bytes.extracting(record.offset..<record.offset + record.byteCount))
  }

  private mutating func next(_ secrets: (SecretsType, RawSpan) -> Void) throws(CaptureError) -> FrameRecord? {
    do throws(InputFlaw) {
      guard let pcap else { return try pcapng.next(&source, secrets: secrets) }
      return try pcap.next(&source)
    } catch {
      throw Self.damaged(source, name, error, afterPacket: packetCount)
    }
  }
}

extension SavefileReader {
  /// Reads the Decryption Secrets Blocks of a pcapng file, wherever in it they stand, and nothing else of it.
  ///
  /// For regular files only: what is read here from anything else would be gone. Damage ends it; who reads the file
  /// for its frames is told of that.
  package static func readSecrets(path: String, _ body: (SecretsType, RawSpan) -> Void) {
    guard FileInput.isRegularFile(path), var reader = try? SavefileReader(path: path) else { return }
    guard reader.pcap == nil else { return }
    // Frames are stepped over; only the blocks between them are of interest.
    try? reader.forEachFrame(secrets: body) { _ in true }
  }

  /// Whether secrets may stand between the frames of this source, and cannot be read in advance.
  package static func mayHoldSecretsAhead(path: String) -> Bool { !FileInput.isRegularFile(path) }

  /// Reads the header of a pcap file; of a pcapng file nothing yet.
  ///
  /// - Returns: nil for pcapng.
  private static func recognise(_ source: inout ReadAhead, _ name: String) throws(CaptureError) -> PcapFormat? {
    guard try has(4, &source, name) else { throw notACapture(source, name) }
    let magic = source.bytes.bigEndian(at: 0, as: UInt32.self)
    if PcapngFormat.isMagic(magic) { return nil }
    if let variant = PcapFormat.variant(magic) {
      throw .unsupported(source: name, reason: "\(variant) is not supported; convert it with editcap")
    }
    guard let (kind, order) = PcapFormat.kind(magic) else { throw notACapture(source, name) }
    guard try has(PcapFormat.headerByteCount, &source, name) else {
      let flaw = InputFlaw("the file ends inside its header (\(source.count) of \(PcapFormat.headerByteCount) bytes)")
      throw damaged(source, name, flaw, afterPacket: 0)
    }
    do throws(FormatRefusal) {
      let format = try PcapFormat(kind, order, header: source.bytes)
      source.advance(by: PcapFormat.headerByteCount)
      return format
    } catch {
      throw .unsupported(source: name, reason: error.reason)
    }
  }

  private static func has(_ count: Int, _ source: inout ReadAhead, _ name: String) throws(CaptureError) -> Bool {
    do throws(InputFlaw) {
      return try source.require(count)
    } catch {
      throw damaged(source, name, error, afterPacket: 0)
    }
  }

  private static func damaged(
    _ source: borrowing ReadAhead, _ name: String, _ flaw: InputFlaw, afterPacket packet: UInt64
  ) -> CaptureError {
    let note = source.codingName == nil ? "" : " (the position is that after decompression)"
    return .damaged(
      source: name, offset: flaw.offset ?? source.position, afterPacket: packet, reason: flaw.reason + note)
  }

  private static func notACapture(_ source: borrowing ReadAhead, _ name: String) -> CaptureError {
    let looksLike = Magic(source.bytes).looksLike
    guard let coding = source.codingName else { return .notACapture(source: name, looksLike: looksLike) }
    return .notACapture(source: name, looksLike: "of what its \(coding) data hold, \(looksLike)")
  }
}
