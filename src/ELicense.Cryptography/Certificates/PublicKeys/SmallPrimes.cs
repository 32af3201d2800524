namespace ELicense.Cryptography.Certificates.PublicKeys;

internal static class SmallPrimes
{
    public static IEnumerable<int> Below(int bound) =>
        Enumerable.Range(2, bound - 2).Where(number => Enumerable.Range(2, (int)Math.Sqrt(number) - 1).All(divisor => number % divisor != 0));
}
