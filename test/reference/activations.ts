/**
 * Activations of hidden layers and of the scores (Hidasi & Karatzoglou 2018, §3.2 for ELU on scores).
 *
 * Each derivative is written in y = f(x), the only value that is kept for the backward pass.
 */

export type Activation =
  | { readonly kind: "linear" | "relu" | "tanh" }
  /** x ≥ 0 ? x : slope·x, 0 < slope */
  | { readonly kind: "leaky"; readonly slope: number }
  /** x ≥ 0 ? x : a(eˣ − 1), 0 < a */
  | { readonly kind: "elu"; readonly a: number }
  /** λ·elu_a(x), 0 < λ, 0 < a */
  | { readonly kind: "selu"; readonly lambda: number; readonly a: number };

/** y = f(x). */
export function activate(f: Activation, x: number): number {
  switch (f.kind) {
    case "linear":
      return x;
    case "relu":
      return Math.max(x, 0);
    case "tanh":
      return Math.tanh(x);
    case "leaky":
      return x >= 0 ? x : f.slope * x;
    case "elu":
      return x >= 0 ? x : f.a * Math.expm1(x);
    case "selu":
      return f.lambda * (x >= 0 ? x : f.a * Math.expm1(x));
  }
}

/** dy/dx, from y. At the kink of relu, leaky, elu and selu it is the slope from below, as PyTorch's. */
export function derivative(f: Activation, y: number): number {
  switch (f.kind) {
    case "linear":
      return 1;
    case "relu":
      return y > 0 ? 1 : 0;
    case "tanh":
      return 1 - y * y;
    case "leaky":
      return y > 0 ? 1 : f.slope;
    case "elu":
      return y > 0 ? 1 : y + f.a;
    case "selu":
      return y > 0 ? f.lambda : y + f.lambda * f.a;
  }
}

/** σ(x) = 1 / (1 + e⁻ˣ). */
export function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

/** ln(1 + eˣ) = −ln σ(−x), without overflow. */
export function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}
