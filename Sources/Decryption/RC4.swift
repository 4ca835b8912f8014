/// The stream cipher RC4: broken, and still what old peers speak (RFC 7465 forbids it).
struct RC4 {
  private var state: [UInt8]
  private var i: UInt8 = 0
  private var j: UInt8 = 0

  /// - Parameter key: 1 to 256 bytes; of none nothing useful comes.
  init(key: [UInt8]) {
    state = (0...255).map { UInt8($0) }
    guard !key.isEmpty else { return }
    var j: UInt8 = 0
    for i in 0..<256 {
      j = j &+ state[i] &+ key[i % key.count]
      state.swapAt(i, Int(j))
    }
  }

  /// Encrypts or decrypts `bytes`, which go on where the last ones ended.
  mutating func apply(to bytes: inout [UInt8]) {
    for index in bytes.indices {
      i = i &+ 1
      j = j &+ state[Int(i)]
      state.swapAt(Int(i), Int(j))
      bytes[index] ^= state[Int(state[Int(i)] &+ state[Int(j)])]
    }
  }
}
