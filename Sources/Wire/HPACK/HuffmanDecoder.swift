/// Decodes strings in the code of RFC 7541 appendix B, four bits at a time, for HPACK and QPACK.
package enum HuffmanDecoder {
  /// Appends what `bytes` stand for to `output`.
  ///
  /// - Parameter limit: octets appended at most; what lies beyond is not decoded.
  /// - Returns: whether the string is whole: a string that runs into `endOfString`, or whose padding is longer than
  ///   seven bits or not all ones (section 5.2), is decoded as far as it goes and then `false`; so is one cut by `limit`.
  package static func decode(_ bytes: RawSpan, onto output: inout [UInt8], limit: Int) -> Bool {
    let steps = HuffmanSteps.table.span
    let octets = bytes.octets
    let start = output.count
    var node = 0
    var mayEnd = true
    for index in 0..<bytes.byteCount {
      for half in 0..<2 {
        let step = steps[node << 4 | Int(octets[index] >> UInt8(4 - 4 * half) & 0x0F)]
        guard !step.isFailure else { return false }
        if step.hasSymbol {
          guard output.count - start < limit else { return false }
          output.append(step.symbol)
        }
        (node, mayEnd) = (Int(step.node), step.mayEnd)
      }
    }
    return mayEnd
  }
}

/// What four bits do at a node of the code's tree.
private struct HuffmanStep {
  var node: UInt8 = 0
  var symbol: UInt8 = 0
  var hasSymbol = false
  /// Fewer than eight bits, all ones, have passed since the last symbol.
  var mayEnd = false
  var isFailure = false
}

private enum HuffmanSteps {
  /// Sixteen steps for each of the 256 inner nodes; the root is node 0.
  static let table: [HuffmanStep] = {
    let tree = HuffmanTree()
    return (0..<256 * 16).map { tree.step(from: $0 >> 4, over: UInt8($0 & 0x0F)) }
  }()
}

/// The code as a binary tree: 257 leaves, hence 256 inner nodes.
private struct HuffmanTree {
  private enum Child {
    case node(Int)
    case leaf(Int)
    case none
  }

  /// Two for each inner node.
  private var children = [Child](repeating: .none, count: 512)
  /// Whether the way to the node is ones only, and shorter than eight bits.
  private var isPadding = [Bool](repeating: false, count: 256)

  init() {
    isPadding[0] = true
    var count = 1
    for symbol in HuffmanCode.lengths.indices {
      let length = Int(HuffmanCode.lengths[symbol])
      var node = 0
      for depth in 0..<length {
        let bit = Int(HuffmanCode.codes[symbol] >> UInt32(length - 1 - depth) & 1)
        if depth == length - 1 {
          children[2 * node + bit] = .leaf(symbol)
        } else if case .node(let next) = children[2 * node + bit] {
          node = next
        } else {
          children[2 * node + bit] = .node(count)
          isPadding[count] = isPadding[node] && bit == 1 && depth < 7
          node = count
          count += 1
        }
      }
    }
  }

  func step(from start: Int, over bits: UInt8) -> HuffmanStep {
    var step = HuffmanStep()
    var node = start
    for shift in (0..<4).reversed() {
      switch children[2 * node + Int(bits >> UInt8(shift) & 1)] {
      case .node(let next): node = next
      case .leaf(let symbol) where symbol < HuffmanCode.endOfString:
        // The shortest code has five bits: four never hold two symbols.
        (step.symbol, step.hasSymbol) = (UInt8(symbol), true)
        node = 0
      case .leaf, .none:
        step.isFailure = true
        return step
      }
    }
    (step.node, step.mayEnd) = (UInt8(node), isPadding[node])
    return step
  }
}
