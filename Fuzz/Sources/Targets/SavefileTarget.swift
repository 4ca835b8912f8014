import Capture
import Wire

/// Capture files: pcap and pcapng, plain or compressed.
enum SavefileTarget {
  /// A compressed file of some kilobytes may hold millions of empty packets.
  private static let frameLimit: UInt64 = 100_000

  static func run(_ input: RawSpan) {
    var bytes: [UInt8] = []
    bytes.append(input)
    guard var reader = try? SavefileReader(bytes: bytes, name: "input") else { return }
    var frames: UInt64 = 0
    var interfaceLimit = 0
    do throws(CaptureError) {
      try reader.forEachFrame { (frame) throws(CaptureError) in
        frames += 1
        require(frame.bytes.byteCount <= 262_144, "a frame of \(frame.bytes.byteCount) bytes")
        require(frame.wireByteCount >= frame.bytes.byteCount, "a frame is longer than it was on the wire")
        require(CaptureTime.range.contains(frame.timestamp), "a time out of range: \(frame.timestamp)")
        interfaceLimit = max(interfaceLimit, frame.interface)
        return frames < frameLimit
      }
    } catch { _ = error.description }
    require(reader.packetCount == frames, "\(reader.packetCount) packets counted, \(frames) delivered")
    require(frames == 0 || interfaceLimit < reader.interfaces.count, "a frame names an interface that is not there")
  }
}
