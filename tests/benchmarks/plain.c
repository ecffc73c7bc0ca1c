/* Incremental backpropagation with momentum, as one would write it plainly: one flat vector, one row a unit. */
#include <math.h>
#include <string.h>

void train(double *params, double *velocity, const long *layers, long n_layers, const double *inputs,
           const double *targets, long n, long presentations, double rate, double momentum, double *outputs,
           double *deltas) {
  for (long p = 0; p < presentations; p++) {
    long example = p % n, at = 0, offset = 0;
    memcpy(outputs, inputs + example * layers[0], layers[0] * sizeof(double));
    for (long l = 0; l + 1 < n_layers; l++) {
      long n_in = layers[l], n_out = layers[l + 1];
      double *out = outputs + at + n_in, *in = outputs + at;
      for (long j = 0; j < n_out; j++) {
        const double *row = params + offset + j * n_in;
        double net = params[offset + n_out * n_in + j];
        for (long i = 0; i < n_in; i++) net += row[i] * in[i];
        out[j] = 1.0 / (1.0 + exp(-net));
      }
      at += n_in;
      offset += (n_in + 1) * n_out;
    }
    long n_out = layers[n_layers - 1];
    for (long k = 0; k < n_out; k++) {
      double o = outputs[at + k];
      deltas[at + k] = o * (1.0 - o) * (targets[example * n_out + k] - o);
    }
    for (long l = n_layers - 2; l >= 0; l--) {
      long n_in = layers[l], units = layers[l + 1];
      offset -= (n_in + 1) * units;
      double *in = outputs + at - n_in, *delta = deltas + at;
      if (l > 0) {
        double *below = deltas + at - n_in;
        for (long h = 0; h < n_in; h++) below[h] = 0.0;
        for (long k = 0; k < units; k++)
          for (long h = 0; h < n_in; h++) below[h] += params[offset + k * n_in + h] * delta[k];
        for (long h = 0; h < n_in; h++) below[h] *= in[h] * (1.0 - in[h]);
      }
      for (long j = 0; j < units; j++) {
        double step = rate * delta[j];
        double *row = params + offset + j * n_in, *moved = velocity + offset + j * n_in;
        for (long i = 0; i < n_in; i++) {
          double change = step * in[i] + momentum * moved[i];
          moved[i] = change;
          row[i] += change;
        }
      }
      for (long j = 0; j < units; j++) {
        long b = offset + units * n_in + j;
        double change = rate * delta[j] + momentum * velocity[b];
        velocity[b] = change;
        params[b] += change;
      }
      at -= n_in;
    }
  }
}
