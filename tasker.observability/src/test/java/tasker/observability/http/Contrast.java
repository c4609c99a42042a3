package tasker.observability.http;

/** Find texts of a page that are hard to read, by the rules of WCAG 2.2 at level AA. */
final class Contrast {
    /**
     * An expression whose value lists the texts that differ too little from what is behind them.
     *
     * @see <a href="https://www.w3.org/TR/WCAG22/#contrast-minimum">Contrast (Minimum)</a>
     */
    static final String TOO_WEAK = """
            (() => {
              const context = Object.assign(document.createElement('canvas'), { width: 1, height: 1 })
                .getContext('2d', { willReadFrequently: true });
              const read = (colour) => {
                context.clearRect(0, 0, 1, 1);
                context.fillStyle = colour;
                context.fillRect(0, 0, 1, 1);
                return [...context.getImageData(0, 0, 1, 1).data];
              };
              const over = (top, below) => {
                const share = top[3] / 255;
                return [0, 1, 2].map((i) => top[i] * share + below[i] * (1 - share)).concat(255);
              };
              const behind = (element) => element === null ? [255, 255, 255, 255]
                : over(read(getComputedStyle(element).backgroundColor), behind(element.parentElement));
              const light = (colour) => colour.slice(0, 3).map((part) => part / 255)
                .map((part) => part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
                .reduce((sum, part, i) => sum + part * [0.2126, 0.7152, 0.0722][i], 0);
              const weak = [];
              const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
              for (let text = texts.nextNode(); text !== null; text = texts.nextNode()) {
                const element = text.parentElement;
                const hidden = element.closest('.visually-hidden, .skip, script, noscript') !== null;
                if (hidden || text.textContent.trim() === '' || element.getClientRects().length === 0) {
                  continue;
                }
                const style = getComputedStyle(element);
                const size = parseFloat(style.fontSize);
                const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
                const colour = element instanceof SVGElement ? style.fill : style.color;
                const back = behind(element);
                const [dark, bright] = [light(over(read(colour), back)), light(back)].sort((a, b) => a - b);
                const ratio = (bright + 0.05) / (dark + 0.05);
                if (ratio < (large ? 3 : 4.5)) {
                  weak.push(`${text.textContent.trim().slice(0, 40)} (${element.className}): ${ratio.toFixed(2)}`);
                }
              }
              return weak;
            })()""";

    private Contrast() {}
}
