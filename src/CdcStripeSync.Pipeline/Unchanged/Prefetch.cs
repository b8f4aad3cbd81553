using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.X86;

namespace CdcStripeSync.Pipeline.Unchanged;

/// <summary>Tells the processor which memory will be read soon, so that many waits for it pass at once. A hint: it changes nothing.</summary>
internal static unsafe class Prefetch
{
    private const int LineSize = 64;

    /// <summary>False where the processor takes no such hints from .NET.</summary>
    public static bool IsSupported => Sse.IsSupported;

    public static void Bytes(ReadOnlySpan<byte> bytes)
    {
        ref var first = ref MemoryMarshal.GetReference(bytes);
        for (var at = 0; at < bytes.Length; at += LineSize) Line(ref Unsafe.AddByteOffset(ref first, at));
    }

    /// <param name="size">Bytes that its fields take, about.</param>
    public static void Object(object content, int size)
    {
        ref var first = ref Unsafe.As<Content>(content).First;
        for (var at = 0; at < size; at += LineSize) Line(ref Unsafe.AddByteOffset(ref first, at));
    }

    public static void Line<T>(ref T place) => Sse.Prefetch0(Unsafe.AsPointer(ref place));

    /// <summary>Stands for any object: where its fields begin.</summary>
    private sealed class Content(byte first)
    {
        public byte First = first;
    }
}
