export const oldestOpset = 7;
export const newestOpset = 23;

const standard = `
  Abs Add And ArgMax ArgMin AveragePool BatchNormalization Cast CastLike Ceil Celu Clip Concat Constant ConstantOfShape
  Conv ConvTranspose CumSum DepthToSpace DequantizeLinear Div Dropout DynamicQuantizeLinear Elu Equal Erf Exp Expand
  Flatten Floor Gather GatherElements GatherND Gelu Gemm GlobalAveragePool GlobalMaxPool Greater GreaterOrEqual
  GroupNormalization HardSigmoid HardSwish Hardmax Identity InstanceNormalization LRN LayerNormalization LeakyRelu Less
  LessOrEqual Log LogSoftmax LpNormalization LpPool MatMul Max MaxPool Mean MeanVarianceNormalization Min Mish Mod Mul
  Neg Not Or PRelu Pad Pow QuantizeLinear Range Reciprocal ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax
  ReduceMean ReduceMin ReduceProd ReduceSum ReduceSumSquare Relu Reshape Resize Round Selu Shape Shrink Sigmoid Sign
  Sin Slice Softmax Softplus Softsign SpaceToDepth Split Sqrt Squeeze Sub Sum Tanh ThresholdedRelu Tile TopK Transpose
  Unsqueeze Upsample Where Xor
`;
/** ONNX Runtime's own operators, as its optimizer and our exporter write them. */
const runtime = `Conv ReorderInput ReorderOutput MaxPool AveragePool GlobalAveragePool GlobalMaxPool`;
const contributed = `FusedConv FusedGemm FusedMatMul Gelu FastGelu BiasGelu QuickGelu`;

const listOf = (text: string, prefix = '') =>
  text
    .trim()
    .split(/\s+/)
    .map((name) => prefix + name);

/** What a classifier may consist of. Control flow, sequences, strings, randomness and file access are left out. */
export const allowedOperators: ReadonlySet<string> = new Set([
  ...listOf(standard),
  ...listOf(runtime, 'com.microsoft.nchwc.'),
  ...listOf(contributed, 'com.microsoft.'),
]);
