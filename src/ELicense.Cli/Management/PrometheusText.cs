using System.Globalization;
using System.Text;
using OpenTelemetry;
using OpenTelemetry.Metrics;

namespace ELicense.Cli.Management;

/// <summary>
/// Metrics in the text format of Prometheus, version 0.0.4, with the names that OpenTelemetry's "Prometheus and OpenMetrics Compatibility" gives them: dots are
/// underscores, the unit and "total" of a counter are suffixes.
/// </summary>
internal sealed class PrometheusText(StringBuilder text)
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    public void Write(Metric metric)
    {
        var isCounter = metric.MetricType is MetricType.LongSum or MetricType.DoubleSum;
        var name = NameOf(metric.Name, metric.Unit, isCounter);
        text.Append("# HELP ").Append(name).Append(' ').Append(metric.Description.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)).Append('\n');
        text.Append("# TYPE ").Append(name).Append(isCounter ? " counter\n" : metric.MetricType == MetricType.Histogram ? " histogram\n" : " gauge\n");
        foreach (ref readonly var point in metric.GetMetricPoints())
        {
            switch (metric.MetricType)
            {
                case MetricType.LongSum or MetricType.LongSumNonMonotonic:
                    Sample(name, point.Tags, point.GetSumLong());
                    break;
                case MetricType.DoubleSum or MetricType.DoubleSumNonMonotonic:
                    Sample(name, point.Tags, point.GetSumDouble());
                    break;
                case MetricType.LongGauge:
                    Sample(name, point.Tags, point.GetGaugeLastValueLong());
                    break;
                case MetricType.DoubleGauge:
                    Sample(name, point.Tags, point.GetGaugeLastValueDouble());
                    break;
                case MetricType.Histogram:
                    Histogram(name, in point);
                    break;
                default:
                    throw new InvalidOperationException($"{metric.Name} is a {metric.MetricType}, which the text format does not have.");
            }
        }
    }

    internal static string NameOf(string name, string unit, bool isCounter)
    {
        var full = new StringBuilder(name.Length + 16);
        foreach (var c in name)
            full.Append(char.IsAsciiLetterOrDigit(c) || c is '_' or ':' ? c : '_');
        var suffix = unit switch
        {
            "s" => "_seconds",
            "ms" => "_milliseconds",
            "By" => "_bytes",
            "1" when !isCounter => "_ratio",
            _ => "", // {requests} and the like are no units
        };
        if (!full.ToString().EndsWith(suffix, StringComparison.Ordinal))
            full.Append(suffix);
        return isCounter ? full.Append("_total").ToString() : full.ToString();
    }

    private void Histogram(string name, in MetricPoint point)
    {
        var count = 0L;
        foreach (var bucket in point.GetHistogramBuckets())
        {
            count += bucket.BucketCount;
            Sample(name + "_bucket", point.Tags, count, bucket.ExplicitBound);
        }

        Sample(name + "_sum", point.Tags, point.GetHistogramSum());
        Sample(name + "_count", point.Tags, point.GetHistogramCount());
    }

    private void Sample(string name, ReadOnlyTagCollection tags, double value, double? upTo = null)
    {
        text.Append(name);
        var opening = '{';
        foreach (var (key, tag) in tags)
            Label(ref opening, key, Convert.ToString(tag, CultureInfo.InvariantCulture) ?? "");
        if (upTo is { } bound)
            Label(ref opening, "le", Number(bound));
        if (opening != '{')
            text.Append('}');
        text.Append(' ').Append(Number(value)).Append('\n');
    }

    private void Label(ref char opening, string key, string value)
    {
        text.Append(opening);
        foreach (var c in key)
            text.Append(char.IsAsciiLetterOrDigit(c) || c == '_' ? c : '_');
        text.Append("=\"")
            .Append(value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal))
            .Append('"');
        opening = ',';
    }

    private static string Number(double value) =>
        double.IsPositiveInfinity(value) ? "+Inf" : double.IsNegativeInfinity(value) ? "-Inf" : value.ToString("R", CultureInfo.InvariantCulture);
}
