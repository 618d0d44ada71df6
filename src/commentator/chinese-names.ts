import { type AllowedNames, partsOf, plainName } from './allowed-names.js';

/** Characters that names of other languages are written with; three of them in a row are hardly ever anything else. */
const SOUND =
  '阿埃艾安奥巴班贝本比彼波伯博布查达戴丹德顿登迪蒂丁杜多厄恩尔法菲费芬弗福戈格古哈汉罕赫亨胡霍基吉贾加卡凯坎科克肯库奎拉莱兰朗勒劳雷里利莉林琳卢鲁路伦罗洛马玛迈曼梅蒙米密明莫姆默穆纳娜南内尼妮拿诺欧帕佩皮珀普奇乔切琼若萨塞桑瑟沙莎山舍圣施史斯索苏塔泰坦汤特提图托瓦威韦维温沃乌西希夏香谢辛雅亚延杨耶伊因尤约泽扎詹兹佐';
/** Some of them begin or end the words around a name: 左路萨拉赫, 内马尔拿球, 姆巴佩加速. */
const OTHER_WORDS =
  '拿[球到下住]|加[速时]|提[速前]|拉[开回边到]|多[次人名]|因[此为伤]|(?<=[左右中边两])路|(?<=区)里';
const SOUNDS = `(?:(?!${OTHER_WORDS})[${SOUND}])`;
const FOREIGN = new RegExp(
  `${SOUNDS}{1,8}(?:[·•・]${SOUNDS}{1,8})+|\\p{Script=Han}{2}[·•・]\\p{Script=Han}{2}|${SOUNDS}{3,}|\\p{Lu}[\\p{Script=Latin}'’.-]*(?:\\s+\\p{Lu}[\\p{Script=Latin}'’.-]*)*`,
  'gu',
);
/** Words of the game in Latin letters. */
const LATIN_WORDS = new Set(['var', 'fifa', 'uefa', 'goal']);

/**
 * The line with every name that is surely one and not `allowed` made “一名球员”: names with a middle dot, three or more characters
 * that only write sounds, and names in Latin letters. Chinese names look like any other words and pass.
 */
export function checkChinese(text: string, allowed: AllowedNames, names: readonly string[]): string {
  const parts = names.flatMap((name) => [name, ...partsOf(name).filter((part) => part.length > 1)]);
  const known = [...new Set(parts)]
    .filter((name) => /\p{Script=Han}/u.test(name))
    .sort((a, b) => b.length - a.length);
  const hidden = known.reduce(
    (line, name, index) => line.replaceAll(name, String.fromCodePoint(0xf0000 + index)),
    text,
  );
  const checked = hidden.replace(FOREIGN, (name) => {
    const words = name.split(/\s+/u);
    const isWord = words.every((word) => LATIN_WORDS.has(plainName(word)));
    return isWord || allowed.covers(words) ? name : '一名球员';
  });
  return known.reduce(
    (line, name, index) => line.replaceAll(String.fromCodePoint(0xf0000 + index), name),
    checked,
  );
}
