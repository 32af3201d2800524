using System.Net;
using System.Text;

namespace ELicense.Display.Sites;

/// <summary>A start tag of a page.</summary>
/// <param name="Name">In lower case.</param>
/// <param name="IsInHead">Whether nothing of the body came before it.</param>
/// <param name="Attributes">Names in lower case, values decoded; of several of one name the first counts. Foreign text.</param>
internal sealed record PageTag(string Name, bool IsInHead, IReadOnlyDictionary<string, string> Attributes);

/// <summary>
/// The start tags of a page as a browser's tokenizer finds them (HTML Living Standard 13.2.5), without those in comments, in the text of scripts, styles and the like, and in templates. In time
/// linear in the page, which is a stranger's. Bytes are read as ISO 8859-1: the characters that make up tags are the same in every encoding of the web but UTF-16.
/// </summary>
internal sealed class PageTags
{
    // 13.2.5.2 to 13.2.5.5: their content is text; of noscript, as a browser with scripts has it (13.2.6.4.4).
    private static readonly string[] TextElements = ["script", "style", "title", "textarea", "xmp", "iframe", "noembed", "noframes", "noscript"];

    // 13.2.6.4.4: what does not end the head
    private static readonly string[] HeadElements =
        ["html", "head", "base", "basefont", "bgsound", "link", "meta", "title", "noscript", "noframes", "style", "script", "template"];

    /// <summary>Further ones of a tag are not kept.</summary>
    private const int MostAttributes = 64;

    private readonly string _page;
    private int _at;
    private int _templates;
    private bool _isInHead = true;

    private PageTags(ReadOnlySpan<byte> page) => _page = Encoding.Latin1.GetString(page);

    public static IEnumerable<PageTag> Read(ReadOnlySpan<byte> page) => new PageTags(page).Tags();

    private IEnumerable<PageTag> Tags()
    {
        while (Next() is { } tag)
        {
            if (_templates == 0)
                yield return tag;
            if (tag.Name == "template")
                _templates++;
        }
    }

    private PageTag? Next()
    {
        while (_at < _page.Length)
        {
            var bracket = _page.IndexOf('<', _at);
            var text = bracket < 0 ? _page.AsSpan(_at) : _page.AsSpan(_at, bracket - _at);
            // A byte-order mark, read as ISO 8859-1, is no text of the body.
            if (_templates == 0 && !text.Trim(" \t\r\n\f\u00EF\u00BB\u00BF").IsEmpty)
                _isInHead = false;
            if (bracket < 0)
                return null;
            _at = bracket + 1;
            if (At("!--"))
                SkipComment();
            else if (At("!") || At("?") || (At("/") && !IsLetterAt(_at + 1)))
                SkipPast(">");
            else if (At("/"))
                SkipEndTag();
            else if (IsLetterAt(_at))
                return StartTag();
            else if (_templates == 0)
                _isInHead = false;
        }

        return null;
    }

    private PageTag? StartTag()
    {
        var name = TagName();
        if (Attributes() is not { } attributes)
            return null;
        if (_templates == 0 && !HeadElements.Contains(name))
            _isInHead = false;
        if (TextElements.Contains(name))
            SkipText(name);
        else if (name == "plaintext")
            _at = _page.Length;
        return new PageTag(name, _isInHead, attributes);
    }

    private void SkipEndTag()
    {
        _at++;
        var name = TagName();
        _ = Attributes();
        if (name == "template")
            _templates = Math.Max(0, _templates - 1);
        else if (_templates == 0 && (name == "head" || !HeadElements.Contains(name)))
            _isInHead = false;
    }

    // 13.2.5.8
    private string TagName()
    {
        var start = _at;
        while (_at < _page.Length && !IsSpace(_page[_at]) && _page[_at] is not ('/' or '>'))
            _at++;
        return _page[start.._at].ToLowerInvariant();
    }

    /// <summary>13.2.5.32 to 13.2.5.40. Null: the page ends within the tag, which then is none.</summary>
    private Dictionary<string, string>? Attributes()
    {
        var attributes = new Dictionary<string, string>(StringComparer.Ordinal);
        while (true)
        {
            while (_at < _page.Length && (IsSpace(_page[_at]) || _page[_at] == '/'))
                _at++;
            if (_at == _page.Length)
                return null;
            if (_page[_at] == '>')
            {
                _at++;
                return attributes;
            }

            var start = _at++;
            while (_at < _page.Length && !IsSpace(_page[_at]) && _page[_at] is not ('/' or '>' or '='))
                _at++;
            var name = _page[start.._at].ToLowerInvariant();
            if (Value() is not { } value)
                return null;
            if (attributes.Count < MostAttributes)
                attributes.TryAdd(name, WebUtility.HtmlDecode(value));
        }
    }

    /// <summary>Empty where there is none. Null: the page ends within it.</summary>
    private string? Value()
    {
        var equals = _at;
        while (equals < _page.Length && IsSpace(_page[equals]))
            equals++;
        if (equals == _page.Length || _page[equals] != '=')
            return "";
        _at = equals + 1;
        while (_at < _page.Length && IsSpace(_page[_at]))
            _at++;
        if (_at == _page.Length)
            return null;
        var start = _at;
        if (_page[_at] is var quote and ('"' or '\''))
        {
            var end = _page.IndexOf(quote, _at + 1);
            if (end < 0)
            {
                _at = _page.Length;
                return null;
            }

            _at = end + 1;
            return _page[(start + 1)..end];
        }

        while (_at < _page.Length && !IsSpace(_page[_at]) && _page[_at] != '>')
            _at++;
        return _page[start.._at];
    }

    // 13.2.5.43 to 13.2.5.51: also ended by "--!>", and at once by ">" or "->".
    private void SkipComment()
    {
        _at += 3;
        if (At(">") || At("->"))
        {
            SkipPast(">");
            return;
        }

        while (_at < _page.Length)
        {
            SkipPast("--");
            if (At(">") || At("!>"))
            {
                SkipPast(">");
                return;
            }

            // Of "--->" the last two dashes end it.
            if (At("-"))
                _at--;
        }
    }

    private void SkipText(string name)
    {
        var end = "</" + name;
        while (true)
        {
            var found = _page.IndexOf(end, _at, StringComparison.OrdinalIgnoreCase);
            if (found < 0)
            {
                _at = _page.Length;
                return;
            }

            _at = found + end.Length;
            if (_at < _page.Length && (IsSpace(_page[_at]) || _page[_at] is '/' or '>'))
            {
                SkipPast(">");
                return;
            }
        }
    }

    private void SkipPast(string mark)
    {
        var found = _page.IndexOf(mark, _at, StringComparison.Ordinal);
        _at = found < 0 ? _page.Length : found + mark.Length;
    }

    private bool At(string mark) => _page.AsSpan(_at).StartsWith(mark, StringComparison.Ordinal);

    private bool IsLetterAt(int index) => index < _page.Length && char.IsAsciiLetter(_page[index]);

    private static bool IsSpace(char c) => c is ' ' or '\t' or '\n' or '\r' or '\f';
}
